import { expect, test } from "vitest";
import { callLink, mailLink, whatsappLink } from "./reach.ts";

test("[PE9] a Turkish number in any writing leads to WhatsApp and to a call", () => {
  for (const phone of ["0532 123 45 67", "+90 (0) 532 123 45 67", "532-123-45-67", "0090 532 1234567"]) {
    expect(whatsappLink(phone), phone).toBe("https://wa.me/905321234567");
    expect(callLink(phone), phone).toBe("tel:+905321234567");
  }
});

test("[PE9] a number whose country is not known can be called but not written to", () => {
  expect(whatsappLink("444 0 532")).toBeNull();
  expect(callLink("444 0 532")).toBe("tel:4440532");
  expect(callLink("()-")).toBeNull();
});

test("[PE9] an address with odd characters stays one recipient", () => {
  expect(mailLink("ayse@ornek.com")).toBe("mailto:ayse@ornek.com");
  expect(mailLink("a?cc=b@ornek.com")).toBe("mailto:a%3Fcc%3Db@ornek.com");
  expect(mailLink("")).toBeNull();
});
