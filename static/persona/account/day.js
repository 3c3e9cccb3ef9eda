// @ts-check
import { language } from '../lib/texts.js';

/** Dates are written otherwise in the same language elsewhere: as the browser wants them, if it speaks this one. */
const locale = navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;

/** A date in the reader’s zone and language. @param {number} time in milliseconds */
export const day = (time) => new Date(time).toLocaleDateString(locale, { dateStyle: 'medium' });

/** The same with the time of the day. @param {number} time in milliseconds */
export const moment = (time) => new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
