// What the metadata endpoints answer with: text, JSON, and problems as pages.

export interface MetadataAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export function text(body: string): MetadataAnswer {
  return { status: 200, headers: { "content-type": "text/plain" }, body };
}

export function json(value: object, status = 200): MetadataAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** As IMDS says it. */
export function problem(status: number, title: string): MetadataAnswer {
  const said = `${status} - ${title}`;
  const body = `<?xml version="1.0" encoding="iso-8859-1"?>\n<html><head><title>${said}</title></head><body><h1>${said}</h1></body></html>\n`;
  return { status, headers: { "content-type": "text/html" }, body };
}
