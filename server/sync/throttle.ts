// Owns how fast one socket may speak: a bucket of frames and one of bytes that fill again with time.
// Never closes anything: it says no, its caller closes with 4429.
import type { Clock } from "../clock.ts";
import type { Limits } from "../limits.ts";

/** Seconds of allowance that a quiet socket saves up, so that an honest burst passes. */
const BURST_SECONDS = 4;

/** Makes the throttle of one socket: true while a frame of so many bytes may pass. Rule: SO11. */
export function createThrottle(limits: Limits, clock: Clock): (bytes: number) => boolean {
  let frames = limits.framesPerSecond * BURST_SECONDS;
  let bytesLeft = limits.frameBytesPerSecond * BURST_SECONDS;
  let at = clock();
  return (bytes) => {
    const seconds = Math.max(0, clock() - at) / 1000;
    at = clock();
    frames = Math.min(frames + seconds * limits.framesPerSecond, limits.framesPerSecond * BURST_SECONDS) - 1;
    bytesLeft =
      Math.min(bytesLeft + seconds * limits.frameBytesPerSecond, limits.frameBytesPerSecond * BURST_SECONDS) - bytes;
    return frames >= 0 && bytesLeft >= 0;
  };
}
