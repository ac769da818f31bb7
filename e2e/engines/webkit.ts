// Owns driving WebKit, Safari's engine, by the WebDriver of WebKitGTK and its MiniBrowser on a display of its own.
// Never downloads it: the system's is used.
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { Builder, Capabilities, Key as Keys } from "selenium-webdriver";
import type { WebDriver, WebElement } from "selenium-webdriver";
import { freePort } from "../../tools/port.ts";
import type { Engine, Key, Tab } from "./engine.ts";

const DRIVER = "/usr/bin/WebKitWebDriver";
const browsers = ["4.1", "4.0", "6.0"].map((version) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`);

const keys: Readonly<Record<Key, string>> = { Enter: Keys.ENTER, Escape: Keys.ESCAPE, End: Keys.END };

/** Starts a MiniBrowser with an empty profile. Throws: when there is none. */
export async function startWebKit(): Promise<Engine> {
  const binary = process.env["MINIBROWSER_PATH"] ?? browsers.find((each) => existsSync(each));
  if (binary === undefined || !existsSync(DRIVER)) throw new Error("No WebKit found: install webkit2gtk-driver.");
  const port = await freePort();
  const driving = spawn(
    "xvfb-run",
    ["--auto-servernum", "--server-args=-screen 0 1280x1024x24", DRIVER, `--port=${port}`],
    {
      env: { ...process.env, LANG: "C.UTF-8" },
      stdio: "ignore",
      detached: true,
    },
  );
  const driver = await connect(`http://127.0.0.1:${port}`, binary);
  return {
    name: "WebKit",
    openTab: async () => {
      await driver.switchTo().newWindow("tab");
      return tabOf(driver, await driver.getWindowHandle());
    },
    close: async () => {
      await driver.quit();
      // Hint: the whole group, because the display is a child that outlives its parent.
      if (driving.pid !== undefined) process.kill(-driving.pid);
    },
  };
}

async function connect(server: string, binary: string): Promise<WebDriver> {
  await answering(`${server}/status`);
  const wanted = new Capabilities();
  wanted.set("browserName", "MiniBrowser");
  wanted.set("webkitgtk:browserOptions", { binary, args: ["--automation"] });
  const driver = await new Builder().usingServer(server).withCapabilities(wanted).build();
  await driver.manage().window().setRect({ x: 0, y: 0, width: 1180, height: 900 });
  return driver;
}

/** Waits until the driver listens, a few seconds at most. */
async function answering(address: string, attempts = 100): Promise<void> {
  try {
    await fetch(address);
  } catch (error) {
    // Hint: it says by nothing else that it is ready.
    if (attempts === 0) throw error;
    await new Promise((resolve) => void setTimeout(resolve, 100));
    await answering(address, attempts - 1);
  }
}

function tabOf(driver: WebDriver, handle: string): Tab {
  const here = async (): Promise<WebDriver> => {
    await driver.switchTo().window(handle);
    return driver;
  };
  const element = async (script: string): Promise<WebElement> => {
    const found = await (await here()).executeScript<WebElement | null>(`return ${script}`);
    if (found === null) throw new Error(`nothing found by ${script.slice(-120)}`);
    return found;
  };
  const send = async (text: string): Promise<void> => (await here()).actions().sendKeys(text).perform();
  return {
    goto: async (url) => (await here()).get(url),
    evaluate: async (script) => (await here()).executeScript(`return ${script}`),
    click: async (script) => (await element(script)).click(),
    type: send,
    press: (key) => send(keys[key]),
    upload: async (script, file) => (await element(script)).sendKeys(file),
    picture: async (file) => writeFileSync(file, await (await here()).takeScreenshot(), "base64"),
    close: async () => (await here()).close(),
  };
}
