// Owns what a story of another engine stands on: a server and browsers, all ended with it, however it ends.
import { startStoryServer } from "../server.ts";
import type { StoryServer } from "../server.ts";
import type { Engine } from "./engine.ts";
import { openWay } from "./network.ts";
import { takeSeat } from "./seat.ts";
import type { Seat } from "./seat.ts";

/** How long a story may take on a machine with two busy cores. Units: ms. */
export const STORY_MS = 300_000;

export type Stage = {
  readonly server: StoryServer;
  /** A member at a browser of their own, behind a way of their own. */
  readonly sit: () => Promise<Seat>;
};

/** Plays a story on a stage of its own. Throws: what the story throws. */
export async function onStage(start: () => Promise<Engine>, play: (stage: Stage) => Promise<void>): Promise<void> {
  const server = await startStoryServer();
  const seats: Seat[] = [];
  const sit = async (): Promise<Seat> => {
    const seat = await takeSeat(await start(), await openWay(server.url));
    seats.push(seat);
    return seat;
  };
  try {
    await play({ server, sit });
  } finally {
    await Promise.all(seats.map((seat) => seat.leave()));
    await server.close();
  }
}
