// Owns the words of the people list and of adding a person.
import { defineText } from "../../i18n/i18n.ts";

/** The words of client/features/people. */
export const peopleText = defineText(
  {
    title: "Kişiler",
    list: "Kişiler",
    person: "Kişi",
    search: "Ad, telefon ya da e-posta ara",
    statuses: "Duruma göre süz",
    all: "Hepsi",
    count: (shown: string, total: string) => `${shown} / ${total}`,
    found: (count: number) => `${count} kişi bulundu`,
    column: { name: "Ad", phone: "Telefon", status: "Durum", source: "Kaynak" },
    add: "Kişi ekle",
    import: "İçe aktar",
    closed: "Kişiyi kapat",
    empty: {
      title: "İlk kişinizi ekleyin",
      body: "Sizi arayan, yazan, çekim yaptıran herkes burada durur. Telefonunuzdaki rehberi bir dosyadan da getirebilirsiniz.",
    },
    emptyReader: {
      title: "Henüz kişi yok",
      body: "Ekibiniz birini eklediğinde burada göreceksiniz.",
    },
    emptyGranted: {
      title: "Size açık kişi yok",
      body: "Atandığınız çekimlerdeki kişilerin iletişim bilgileri burada görünür.",
    },
    closedToRole: {
      title: "Kişiler rolünüze açık değil",
      body: (role: string) => `${role} rolü kişilerin bilgilerini görmez. Görmeniz gerekiyorsa stüdyo sahibine sorun.`,
    },
    noMatch: {
      title: "Eşleşen kişi yok",
      body: "Adın başından, telefonun son yedi rakamından ya da e-postanın başından arayabilirsiniz.",
      act: "Süzmeyi kaldır",
    },
    filling: {
      label: "Bu cihaz doluyor",
      now: "Kişiler iniyor; inenlerle çalışmaya başlayabilirsiniz.",
      offline: "Çevrimdışısınız. Bağlanınca kaldığı yerden sürecek.",
    },
    sheet: {
      title: "Yeni kişi",
      more: "Daha fazla",
      less: "Daha az",
      create: "Oluştur",
      createOpen: "Oluştur ve aç",
      done: (name: string) => `${name} eklendi.`,
      kept: "Yazdıklarınız taslak olarak duruyor.",
      twin: (name: string) => `Bu bilgiyle kayıtlı biri var: ${name}`,
      twinOpen: "Aç",
      keys: "Enter oluşturur, Ctrl+Enter oluşturup açar.",
    },
    problem: {
      name: "Bir ad yazın (en çok 255 harf).",
      phone: "Yalnızca rakam, boşluk, +, - ve parantez; en çok 20 karakter.",
      email: "Geçerli bir e-posta adresi yazın, örneğin ayse@ornek.com.",
      address: "En çok 1.000 harf yazın.",
      other: "Bu değer uygun değil.",
    },
  },
  {
    title: "People",
    list: "People",
    person: "Person",
    search: "Search name, phone or e-mail",
    statuses: "Filter by status",
    all: "All",
    count: (shown: string, total: string) => `${shown} / ${total}`,
    found: (count: number) => `${count} ${count === 1 ? "person" : "people"} found`,
    column: { name: "Name", phone: "Phone", status: "Status", source: "Source" },
    add: "Add person",
    import: "Import",
    closed: "Close person",
    empty: {
      title: "Add your first person",
      body: "Everyone who calls, writes or books appears here. You can also bring in your phone contacts from a file.",
    },
    emptyReader: {
      title: "No people yet",
      body: "Once your team adds somebody, they appear here.",
    },
    emptyGranted: {
      title: "There is nobody you can see yet",
      body: "The contact details of people in shoots you are assigned to appear here.",
    },
    closedToRole: {
      title: "Your role cannot see people",
      body: (role: string) => `The role ${role} cannot see people's details. Ask the studio's owner if you need this.`,
    },
    noMatch: {
      title: "Nobody matches",
      body: "Search by the beginning of a name, the last seven digits of a phone number or the beginning of an e-mail address.",
      act: "Remove the filter",
    },
    filling: {
      label: "This device is filling",
      now: "People are arriving; you can start working with those who are here.",
      offline: "You are offline. It goes on where it stopped once you are connected.",
    },
    sheet: {
      title: "New person",
      more: "More",
      less: "Less",
      create: "Create",
      createOpen: "Create and open",
      done: (name: string) => `${name} was added.`,
      kept: "What you typed is kept as a draft.",
      twin: (name: string) => `Somebody has this already: ${name}`,
      twinOpen: "Open",
      keys: "Enter creates, Ctrl+Enter creates and opens.",
    },
    problem: {
      name: "Write a name (255 letters at most).",
      phone: "Only digits, spaces, +, - and brackets; 20 characters at most.",
      email: "Enter a valid e-mail address, such as ayse@example.com.",
      address: "Write 1,000 letters at most.",
      other: "This value does not fit.",
    },
  },
);
