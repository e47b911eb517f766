// Waits for a condition instead of a fixed time.

/** Polls `probe` until its result is truthy, and returns it; throws after `deadline`. Units: milliseconds. */
export async function waitFor(what, probe, deadline = 10_000) {
  const end = performance.now() + deadline;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited ${deadline} ms for ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
