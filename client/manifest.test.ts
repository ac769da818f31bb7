// The two manifests: one app in two languages, and nothing named that is not there.
import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, it } from "vitest";

const image = v.object({ src: v.string(), type: v.string(), sizes: v.string(), purpose: v.optional(v.string()) });
const manifestSchema = v.looseObject({
  id: v.string(),
  lang: v.string(),
  dir: v.literal("ltr"),
  name: v.string(),
  description: v.string(),
  icons: v.array(image),
  screenshots: v.array(v.looseObject({ ...image.entries, label: v.string(), form_factor: v.string() })),
  shortcuts: v.array(v.object({ name: v.string(), url: v.string(), icons: v.array(image) })),
  share_target: v.looseObject({ action: v.string(), method: v.literal("POST") }),
  file_handlers: v.array(v.looseObject({ action: v.string(), accept: v.record(v.string(), v.array(v.string())) })),
});

const file = (path: string): URL => new URL(`public${path}`, import.meta.url);

const read = (locale: string) =>
  v.parse(manifestSchema, JSON.parse(readFileSync(file(`/manifest.${locale}.webmanifest`), "utf8")));

const [tr, en] = [read("tr"), read("en")];

/** The size that a PNG says of itself. */
function sizeOf(path: string): string {
  const bytes = readFileSync(file(path));
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

describe("manifests", () => {
  it("[PW4] are one app in two languages", () => {
    const words = new Set(["lang", "description", "name", "label"]);
    const bare = (manifest: unknown): unknown =>
      JSON.parse(JSON.stringify(manifest, (key, value: unknown) => (words.has(key) ? undefined : value)));
    expect(bare(tr)).toEqual(bare(en));
    expect([tr.lang, en.lang, tr.id, en.id]).toEqual(["tr", "en", "/", "/"]);
    expect(tr.shortcuts.map(({ name }) => name)).not.toEqual(en.shortcuts.map(({ name }) => name));
  });

  it.each([
    ["tr", tr],
    ["en", en],
  ] as const)("[PW4] %s names pictures that are there, in the size that is said", (_locale, manifest) => {
    const images = [...manifest.icons, ...manifest.screenshots, ...manifest.shortcuts.flatMap(({ icons }) => icons)];
    for (const { src, type, sizes } of images) {
      expect([src, existsSync(file(src))]).toEqual([src, true]);
      expect([src, type === "image/png" ? sizeOf(src) : "any"]).toEqual([src, sizes]);
    }
    expect(manifest.icons.map(({ purpose }) => purpose)).toEqual(
      expect.arrayContaining(["any", "maskable", "monochrome"]),
    );
    expect(new Set(manifest.screenshots.map(({ form_factor: form }) => form))).toEqual(new Set(["wide", "narrow"]));
  });

  it("[PW7] [PW8] name only addresses that the app has", () => {
    const routes = readFileSync(new URL("app.tsx", import.meta.url), "utf8");
    const go = readFileSync(new URL("shell/Go.tsx", import.meta.url), "utf8");
    for (const { url } of tr.shortcuts) {
      const word = /^\/go\/([a-z-]+)$/.exec(url)?.[1] ?? "";
      expect([url, new RegExp(`\\b"?${word}"?: "`).test(go)]).toEqual([url, true]);
    }
    for (const action of [tr.share_target.action, ...tr.file_handlers.map((each) => each.action)])
      expect(routes).toContain(`path="${action}"`);
  });
});
