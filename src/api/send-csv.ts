// A download of any length as CSV, page by page: memory stays that of one page.
import type { FastifyReply, FastifyRequest } from "fastify";

/** Answers in place of the route's function. The first page comes before the first byte, so that an error is still an answer. */
export async function sendCsv(
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  fileName: string,
  pages: AsyncGenerator<string, void>,
): Promise<never> {
  const first = await pages.next();
  reply.hijack();
  const raw = reply.raw;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${fileName}"`,
  });
  try {
    for (let page = first; !page.done; page = await pages.next())
      if (!raw.write(page.value)) await drained(raw);
    raw.end();
  } catch (error) {
    request.log.error({ err: error }, "a download broke off");
    // Cut, so that nobody takes a part for the whole.
    raw.destroy();
  }
  return reply as never;
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}
