// The limits alone, without the slow hash of a password.
import rateLimit from "@fastify/rate-limit";
import Fastify from "fastify";
import { expect, test } from "vitest";
import { sendError } from "./problem-answer.ts";
import { signInLimits } from "./sign-in-limits.ts";

async function failing() {
  const app = Fastify();
  await app.register(rateLimit, { global: false });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.post("/", async (request) => {
    const limits = signInLimits(app);
    await limits.refuseIfExceeded(request);
    if ((request.body as { password: string }).password !== "right") await limits.countFailure(request);
    return "tried";
  });
  const attempt = async (email: string, remoteAddress: string, password = "wrong") =>
    (await app.inject({ method: "POST", url: "/", payload: { email, password }, remoteAddress })).statusCode;
  return { app, attempt };
}

test("an address is slowed down after 30 failures, others are not", async () => {
  const { app, attempt } = await failing();
  for (let i = 0; i < 30; i++) expect(await attempt(`user${i}@example.org`, "10.0.0.1")).toBe(200);
  expect(await attempt("another@example.org", "10.0.0.1")).toBe(429);
  expect(await attempt("another@example.org", "10.0.0.1", "right")).toBe(429);
  expect(await attempt("another@example.org", "10.0.0.2")).toBe(200);
  await app.close();
});

test("an e-mail address is slowed down after 10 failures, in whatever case and from wherever", async () => {
  const { app, attempt } = await failing();
  for (let i = 0; i < 10; i++) expect(await attempt(" Ada@Example.org", `10.0.0.${i}`)).toBe(200);
  expect(await attempt("ada@example.org", "10.0.1.1")).toBe(429);
  expect(await attempt("bob@example.org", "10.0.1.1")).toBe(200);
  await app.close();
});

test("right passwords count nothing", async () => {
  const { app, attempt } = await failing();
  for (let i = 0; i < 50; i++) expect(await attempt("ada@example.org", "10.0.0.1", "right")).toBe(200);
  await app.close();
});
