/** The view of coders. */

import { keys } from "./page.js";

keys({});
