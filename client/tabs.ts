// Owns what the tabs of one browser tell each other about who is signed in, at once and without the network.
// Never decides anything: a tab that was not told finds out by the device's memory or by the server (session.ts).
import * as v from "valibot";

const newsSchema = v.variant("type", [
  v.object({ type: v.literal("signed_in"), user: v.string() }),
  v.object({ type: v.literal("left"), user: v.string() }),
  v.object({ type: v.literal("wiped"), user: v.string(), org: v.string() }),
]);

/** Somebody signed in; somebody signed out and is being wiped; one studio of somebody is being wiped. */
export type TabNews = v.InferOutput<typeof newsSchema>;

/** The other tabs of this browser. */
export type Tabs = {
  readonly tell: (news: TabNews) => void;
  /** Hears what other tabs tell, never what this one does; the answer ends that. */
  readonly hear: (take: (news: TabNews) => void) => () => void;
};

/** Opens the way to the other tabs. `open` brings another channel for tests. */
export function openTabs(open: () => BroadcastChannel = () => new BroadcastChannel("lumiso")): Tabs {
  const channel = open();
  return {
    tell: (news) => channel.postMessage(news),
    hear: (take) => {
      const listen = ({ data }: MessageEvent<unknown>): void => {
        const parsed = v.safeParse(newsSchema, data);
        // Hint: a tab with a newer bundle may tell what this one does not know.
        if (parsed.success) take(parsed.output);
      };
      channel.addEventListener("message", listen);
      return () => channel.removeEventListener("message", listen);
    },
  };
}
