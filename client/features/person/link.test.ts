import { expect, test } from "vitest";
import { toLink } from "./link.ts";

test("[NO7] an address without a scheme is a web or a mail address", () => {
  expect(toLink(" ornek.com/galeri ")).toBe("https://ornek.com/galeri");
  expect(toLink("ornek.com:8080/galeri")).toBe("https://ornek.com:8080/galeri");
  expect(toLink("ayse@ornek.com")).toBe("mailto:ayse@ornek.com");
  expect(toLink("tel:+905321234567")).toBe("tel:+905321234567");
});

test("[NO7] what could run or is no address makes no link", () => {
  for (const typed of ["javascript:alert(1)", "data:text/html,x", "", "   ", "iki kelime", "vbscript:x.y", "merhaba"])
    expect(toLink(typed), typed).toBeNull();
});
