import { createHash } from 'node:crypto';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';

/**
 * `/openapi.json`, and `/docs` on which it can be read and tried. The page loads nothing from elsewhere: no fonts, no
 * telemetry, no proxy, no assistants; and its Content-Security-Policy would not let it.
 */
export async function serveDocs(fastify: FastifyInstance, document: object): Promise<void> {
  const text = JSON.stringify(document);
  fastify.get('/openapi.json', ANONYMOUS, (_, reply) => reply.type('application/json').send(text));
  fastify.addHook('onRoute', (route) => {
    if (route.url === '/docs' || route.url.startsWith('/docs/'))
      route.config = { ...route.config, ...ANONYMOUS.config };
  });
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.url === '/docs/' && typeof payload === 'string') {
      reply.header('content-security-policy', policyFor(payload));
    }
    return payload;
  });
  await fastify.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Attest API',
      // None of ours: without a word the browser would ask for one.
      favicon: 'data:,',
      withDefaultFonts: false,
      telemetry: false,
      proxyUrl: '',
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true, hideAddApi: true },
      mcp: { disabled: true },
      persistAuth: false,
      documentDownloadType: 'json',
      defaultOpenAllTags: false,
      defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
    },
  });
}

const ANONYMOUS = { config: { attest: { access: 'anonymous' } } } as const;

/** Own scripts, and the inline one by its hash; the page sets styles of its own at run time. */
function policyFor(html: string): string {
  const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, code]) => code ?? '');
  const hashes = inline.map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
