// The stories in WebKit, the engine of Safari.
import { tellStory } from "./story.ts";
import { tellTabs } from "./tabs.ts";
import { startWebKit } from "./webkit.ts";

tellStory("WebKit", startWebKit);
tellTabs("WebKit", startWebKit);
