// The story of one edit in WebKit, the engine of Safari.
import { tellStory } from "./story.ts";
import { startWebKit } from "./webkit.ts";

tellStory("WebKit", startWebKit);
