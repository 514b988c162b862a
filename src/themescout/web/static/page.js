/** What every page but the coding view needs. */
import "./menu.js";
