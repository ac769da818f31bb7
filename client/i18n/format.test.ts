import { describe, expect, it } from "vitest";
import { formatPhone, makeFormat } from "./format.ts";

const instant = "2026-11-23T11:30:00.000Z";

describe("formats", () => {
  const tr = makeFormat("tr");
  const en = makeFormat("en");

  it("[UI2] writes an instant in Istanbul's time, day before month", () => {
    expect(tr.dateTime(instant)).toBe("23 Kas Pzt 14:30");
    expect(en.dateTime(instant)).toBe("23 Nov Mon 14:30");
    expect(tr.time(instant)).toBe("14:30");
  });

  it("[UI2] writes a day as that day in every zone", () => {
    expect(makeFormat("tr", "America/Los_Angeles").date("2026-11-23")).toBe("23 Kas 2026");
    expect(makeFormat("tr", "Pacific/Kiritimati").date("2026-11-23")).toBe("23 Kas 2026");
  });

  it("[UI2] writes kuruş as lira, with two digits only where there are kuruş", () => {
    expect(tr.money(1_250_000)).toBe("12.500 TL");
    expect(tr.money(1_250_050)).toBe("12.500,50 TL");
    expect(en.money(1_250_050)).toBe("12,500.50 TL");
    expect(tr.money(-5)).toBe("-0,05 TL");
  });

  it("[UI2] says how long ago, never a time ahead", () => {
    const now = Date.parse(instant);
    expect(tr.ago(instant, now)).toBe("şimdi");
    expect(tr.ago(instant, now - 5000)).toBe("şimdi");
    expect(tr.ago(instant, now + 3 * 60_000)).toBe("3 dk. önce");
    expect(en.ago(instant, now + 2 * 3_600_000)).toBe("2 hr ago");
  });

  it("[UI2] writes Turkish numbers as people do and leaves others as they are", () => {
    expect(formatPhone("+905321234567")).toBe("0532 123 45 67");
    expect(formatPhone("5321234567")).toBe("0532 123 45 67");
    expect(formatPhone("+44 20 7946 0958")).toBe("+44 20 7946 0958");
    expect(formatPhone("dahili 12")).toBe("dahili 12");
  });
});
