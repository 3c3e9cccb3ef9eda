// @ts-check
import { language } from './texts.js';

/** Dates and times are written otherwise in the same language elsewhere: as the browser wants them, if it speaks this one. */
export const locale = navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
