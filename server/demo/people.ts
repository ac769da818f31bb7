// Owns the invented people of the sample studio: plausible Turkish names, numbers that belong to nobody, notes as studios write them.
// Never a real person: numbers are of a range that is not given out, addresses end in example.com.
import type { Dice } from "./random.ts";

const givenNames = [
  "Ayşe",
  "Fatma",
  "Zeynep",
  "Elif",
  "Merve",
  "Esra",
  "Büşra",
  "Selin",
  "İrem",
  "Özge",
  "Gülşah",
  "Nazlı",
  "Şule",
  "Çiğdem",
  "Derya",
  "Mehmet",
  "Mustafa",
  "Ahmet",
  "Emre",
  "Burak",
  "Can",
  "Ozan",
  "Kerem",
  "Oğuzhan",
  "Çağrı",
  "Umut",
  "İlker",
  "Şahin",
  "Ümit",
  "Görkem",
] as const;

const familyNames = [
  "Yılmaz",
  "Kaya",
  "Demir",
  "Şahin",
  "Çelik",
  "Yıldız",
  "Öztürk",
  "Aydın",
  "Özdemir",
  "Arslan",
  "Doğan",
  "Kılıç",
  "Aslan",
  "Çetin",
  "Koç",
  "Kurt",
  "Özkan",
  "Şimşek",
  "Polat",
  "Korkmaz",
  "Güneş",
  "Işık",
  "Ünal",
  "Tekin",
  "Erdoğdu",
  "Uçar",
  "Bağcı",
  "Keskin",
] as const;

const places = [
  ["Kadıköy", "İstanbul"],
  ["Beşiktaş", "İstanbul"],
  ["Üsküdar", "İstanbul"],
  ["Çankaya", "Ankara"],
  ["Karşıyaka", "İzmir"],
  ["Bornova", "İzmir"],
  ["Nilüfer", "Bursa"],
  ["Muratpaşa", "Antalya"],
  ["Seyhan", "Adana"],
  ["Odunpazarı", "Eskişehir"],
] as const;

const streets = [
  "Bahar",
  "Çınar",
  "Gül",
  "Lale",
  "Papatya",
  "İstiklal",
  "Cumhuriyet",
  "Zeytin",
  "Menekşe",
  "Ihlamur",
] as const;

const wishes = [
  "Doğal ışıkta, sahilde çekim istiyor. Gün batımına denk gelsin.",
  "Albüm kapağı için deri tercih etti; örnekleri görmek istiyor.",
  "Fiyat listesini WhatsApp'tan gönderdim, hafta sonu dönecek.",
  "Dış çekim için yağmur planı konuşuldu: stüdyoda devam ederiz.",
  "Aile büyükleri de gelecek, yaklaşık sekiz kişi.",
  "Bebek uyku saati 11.00 civarı, randevu buna göre.",
  "Kapora sonrası tarih kesinleşecek. Pazartesi aranacak.",
  "Siyah beyaz kareler istiyor, poz vermekten hoşlanmıyor.",
] as const;

const sources = ["referral", "instagram", "web", "fair", "other"] as const;
const statuses = ["new", "new", "qualified", "proposal", "negotiation", "won", "won", "won", "lost"] as const;

export type SamplePerson = {
  readonly subject: string;
  readonly name: string;
  readonly phone: string;
  readonly email: string | null;
  readonly address: string | null;
  readonly source: (typeof sources)[number];
  readonly statusId: string;
  readonly notes: readonly string[];
  /** Days before today on which the person was made. */
  readonly daysAgo: number;
};

/** Invents one person. Units: `index` keeps numbers and addresses apart. */
export function samplePerson(dice: Dice, index: number): SamplePerson {
  const given = dice.pick(givenNames);
  const family = dice.pick(familyNames);
  const [district, city] = dice.pick(places);
  const number = String(index % 10_000_000).padStart(7, "0");
  const street = `${dice.pick(streets)} Sokak No: ${dice.below(90) + 1}`;
  return {
    subject: dice.uuid(),
    name: `${given} ${family}`,
    phone: `0500 ${number.slice(0, 3)} ${number.slice(3, 5)} ${number.slice(5)}`,
    email: dice.below(10) < 7 ? `${toAscii(given)}.${toAscii(family)}${index}@example.com` : null,
    address: dice.below(10) < 5 ? `${street}, ${district} / ${city}` : null,
    source: dice.pick(sources),
    statusId: dice.pick(statuses),
    notes: Array.from({ length: dice.below(3) }, () => dice.pick(wishes)),
    daysAgo: dice.below(700),
  };
}

const ascii: Readonly<Record<string, string>> = {
  ç: "c",
  ğ: "g",
  ı: "i",
  İ: "i",
  ö: "o",
  ş: "s",
  ü: "u",
  Ç: "c",
  Ö: "o",
  Ş: "s",
  Ü: "u",
};

const toAscii = (text: string): string => text.replaceAll(/./gu, (letter) => ascii[letter] ?? letter.toLowerCase());
