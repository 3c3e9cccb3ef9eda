// @ts-check
/**
 * Says what is going on if it takes longer than 300 ms.
 * @template T
 * @param {Element} status
 * @param {string} text
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
export async function slowly(status, text, work) {
  const timer = setTimeout(() => { status.textContent = text; }, 300);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    status.textContent = '';
  }
}
