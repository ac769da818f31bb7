// Owns the classes of every field of a log line and of a mail that waits in the outbox.
// Never imports the server: server/inventory.test.ts compares these names with its types, both ways.
import { nonPersonal, personal } from "./entry.ts";
import type { About, StoreEntry } from "./entry.ts";

const ofLogs = {
  subject: "none",
  controller: "operator",
  source: "generated",
  purposes: [{ id: "p3.2.4", basis: "legitimate_interest" }],
  retention: ["log.system"],
  recipients: ["hosting"],
} as const satisfies About;

/** The fields of a line of the system log, redacted at its source. Rule: IN3. Source: server/log.ts, R18. */
export const logLine = {
  ...ofLogs,
  fields: {
    level: nonPersonal("weight of the line"),
    time: nonPersonal("when the line was written"),
    event: nonPersonal("word of a closed list"),
    method: nonPersonal("method of a request"),
    route: nonPersonal("pattern of a route, never the address asked for"),
    status: nonPersonal("status of an answer"),
    ms: nonPersonal("duration"),
    error: nonPersonal("name of an error, never its message"),
    at: nonPersonal("place in our code"),
    kind: nonPersonal("word of a closed list"),
    code: nonPersonal("code of an error or of a close"),
    count: nonPersonal("how many"),
    org: personal("2.3.5", "hide"),
    doc: personal("2.3.5", "hide"),
  },
} as const satisfies StoreEntry;

const ofMail = {
  subject: "user",
  controller: "operator",
  source: "generated",
  purposes: [
    { id: "p3.1.1", basis: "contract" },
    { id: "p3.1.4", basis: "contract" },
  ],
  retention: ["log.notify"],
  recipients: ["hosting", "messaging"],
} as const satisfies About;

/** The parts of a mail: what goes out by SMTP, or into a file of the outbox. Rule: IN3. Source: server/mail.ts, R17. */
export const mail = {
  ...ofMail,
  fields: {
    from: nonPersonal("address of the installation"),
    to: personal("2.1.2", "email"),
    subject: personal("2.3.4", "hide"),
    text: personal("2.3.4", "hide"),
    html: personal("2.3.4", "hide"),
    headers: nonPersonal("equal for every mail"),
  },
} as const satisfies StoreEntry;
