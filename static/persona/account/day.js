// @ts-check
import { locale } from '../lib/locale.js';

/** A date in the reader’s zone and language. @param {number} time in milliseconds */
export const day = (time) => new Date(time).toLocaleDateString(locale, { dateStyle: 'medium' });

/** The same with the time of the day. @param {number} time in milliseconds */
export const moment = (time) => new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
