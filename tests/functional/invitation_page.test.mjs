// The page of an invitation link, in a real browser. The test responds to its requests, so that every response
// can be tried; users.test.mjs accepts real invitations with the page.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openPage } from './support/browser.mjs';
import { keepSecret } from './support/sensitive.mjs';
import { startServer } from './support/server.mjs';

const token = keepSecret(`ptkli_${'aZ09'.repeat(10)}xyz`, 'the token of the link');
const password = keepSecret('correct horse battery staple ä😀', 'the password');
const problem = (status, more) => ({
  status, contentType: 'application/problem+json', body: JSON.stringify({ title: 'x', status, ...more }),
});

let server;
before(async () => { server = await startServer('page'); });

/** Opens the page of that link. `page.sent` are the bodies of its requests, which all get `answer`. */
async function open(answer, { fragment = `#${token}`, ...options } = {}) {
  const page = await openPage(options);
  page.sent = [];
  await page.route('**/v1/**', async (route) => {
    page.sent.push({ url: route.request().url(), body: route.request().postDataJSON() });
    if (answer) await route.fulfill(answer);
    else await route.abort();
  });
  await page.goto(`${server.url}/invitations/accept${fragment}`);
  return page;
}

async function fill(page, first, second = first) {
  await page.getByLabel('Password', { exact: true }).fill(first);
  await page.getByLabel('The same password again').fill(second);
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
}

/** Saves screenshots for a review of the page. */
async function picture(page, name) {
  const folder = process.env.PTKL_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

const alert = async (page) => {
  const found = page.getByRole('alert').filter({ hasText: /./, visible: true });
  await found.waitFor();
  return found.textContent();
};

describe('the page of an invitation', () => {
  it('reports an incomplete link', async () => {
    const page = await open(undefined, { fragment: '' });
    assert.match(await alert(page), /the whole link/);
    assert.equal(await page.getByLabel('Password', { exact: true }).isVisible(), false);
  });

  it('does not send a password that is too short or was not repeated correctly', async () => {
    const page = await open();
    for (const [first, second, says] of [
      ['', '', /at least 12/], ['elevenchars', 'elevenchars', /at least 12/],
      ['😀'.repeat(11), '😀'.repeat(11), /at least 12/], [password, `${password}!`, /not the same/],
    ]) {
      await fill(page, first, second);
      assert.match(await alert(page), says);
      const focused = await page.evaluate(() => document.activeElement.getAttribute('aria-invalid'));
      assert.equal(focused, 'true', 'the focus is where the fault is');
    }
    assert.deepEqual(page.sent, []);
  });

  it('shows why the server rejects the password, and permits another attempt', async () => {
    for (const [answer, says] of [
      [problem(400, { detail: 'x', errors: [{ field: 'password', message: 'is among the most common ones' }] }),
        /^Is among the most common ones\.$/],
      [{ ...problem(429, {}), headers: { 'retry-after': '17' } }, /again in 17 seconds/],
      [problem(503, { detail: 'the database is not there' }), /^The database is not there\.$/],
      [{ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }, /cannot be reached/],
      [undefined, /cannot be reached/],
    ]) {
      const page = await open(answer);
      await fill(page, password);
      assert.match(await alert(page), says);
      await fill(page, password);
      assert.match(await alert(page), says);
      assert.equal(page.sent.length, 2);
    }
  });

  it('explains what to do about an invalid link', async () => {
    const page = await open(problem(404, { code: 'not_found', detail: 'there is no such invitation' }));
    await fill(page, password);
    assert.match(await alert(page), /invite you again/);
    assert.equal(await page.getByRole('button').isVisible(), false);
  });

  it('removes the token from the address and the history', async () => {
    const page = await open(undefined);
    assert.equal(page.url(), `${server.url}/invitations/accept`);
    await page.goto(`${server.url}/healthz`);
    await page.goBack();
    assert.equal(page.url(), `${server.url}/invitations/accept`);
    assert.match(await alert(page), /the whole link/);
  });

  it('accepts another link while it is open', async () => {
    const page = await open(problem(404, {}));
    await page.goto(`${server.url}/invitations/accept#${token}2`);
    await page.waitForURL(`${server.url}/invitations/accept`);
    await fill(page, password);
    await alert(page);
    assert.equal(page.sent[0].body.token, `${token}2`);
  });

  it('accepts, and shows how to log in', async () => {
    const uuid = '01978f3e-6c1a-7cc0-8f5e-0123456789ab';
    const page = await open({ json: { project: 'acme', uuid, email: "o'hara&co@example.com" } });
    await fill(page, password);
    await page.getByRole('heading', { name: 'Your invitation is accepted' }).waitFor();
    assert.deepEqual(page.sent, [{ url: `${server.url}/v1/invitations/accept`, body: { token, password } }]);
    const commands = await page.locator('pre:visible').allTextContents();
    assert.deepEqual(commands,
      [`ptkl profile new --host ${server.url} --project acme --username 'o'\\''hara&co@example.com'`, 'ptkl whoami']);
    assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'title');
    assert.deepEqual(page.faults, []);
  });

  it('can be used with the keyboard alone', async () => {
    const page = await open({ json: { project: 'acme', uuid: 'x', email: 'a@example.com' } });
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    assert.equal(await page.getByLabel('The same password again').getAttribute('type'), 'text');
    await page.getByLabel('The same password again').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your invitation is accepted' }).waitFor();
  });

  for (const colorScheme of ['light', 'dark']) {
    it(`fits the screen of a narrow telephone, ${colorScheme}`, async () => {
      const long = { project: 'p'.repeat(63), uuid: 'x', email: `${'e'.repeat(64)}@${'d'.repeat(60)}.example` };
      const page = await open({ json: long }, { viewport: { width: 320, height: 568 }, colorScheme });
      const widest = () => page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(await widest(), 320);
      await picture(page, `form-${colorScheme}`);
      await fill(page, 'short');
      assert.equal(await widest(), 320);
      await picture(page, `fault-${colorScheme}`);
      await fill(page, password);
      await page.getByText('You can close this page.').waitFor();
      assert.equal(await widest(), 320);
      await picture(page, `done-${colorScheme}`);
    });
  }

  it('runs only its own script, and cannot be framed', async () => {
    const page = await open();
    await page.evaluate(() => {
      const script = document.createElement('script');
      try { script.textContent = 'globalThis.injected = true'; } catch { return; } // trusted types
      document.body.append(script);
    });
    assert.equal(await page.evaluate(() => globalThis.injected), undefined);

    const outside = await openPage();
    await outside.route('**/outside', (route) => route.fulfill({ contentType: 'text/html',
      body: `<iframe src="${server.url}/invitations/accept#${token}"></iframe>` }));
    await outside.goto(`${server.url}/outside`);
    assert.match(outside.faults.join(), /frame-ancestors/);
  });
});
