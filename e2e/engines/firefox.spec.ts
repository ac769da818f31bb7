// The story of one edit in Firefox.
import { startFirefox } from "./firefox.ts";
import { tellStory } from "./story.ts";

tellStory("Firefox", startFirefox);
