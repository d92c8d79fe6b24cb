// What users have beside keys and passwords: SSH keys, signing certificates, credentials for single services.
import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { chance } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { callerName, limitExceeded, type Marked, marked, needUser, noSuchEntity } from "./entity.ts";

type Kind = "ssh" | "certificate" | "service";

/** Value of "iam:user-credential" (account, global) under its id. */
export interface UserCredential {
  kind: Kind;
  id: string;
  UserName: string;
  Status: "Active" | "Inactive";
  at: string;
  /** SSHPublicKeyBody and Fingerprint, CertificateBody, or ServiceName and the rest. */
  shown: Record<string, string>;
}

interface OfUser {
  UserName?: string;
}

interface OfOne extends OfUser {
  SSHPublicKeyId?: string;
  CertificateId?: string;
  ServiceSpecificCredentialId?: string;
  Status?: UserCredential["Status"];
}

const mostOf: Record<Kind, number> = { ssh: 5, certificate: 2, service: 2 };
const quotaOf: Record<Kind, string> = {
  ssh: "SSHPublicKeysPerUser",
  certificate: "CertificatesPerUser",
  service: "ServiceSpecificCredentialsPerUser",
};

export const credentialOperations: Record<string, Operation> = {
  UploadSSHPublicKey(call: Call<OfUser & { SSHPublicKeyBody: string }>) {
    const { SSHPublicKeyBody } = call.input;
    const [, algorithm, blob = ""] =
      /^(ssh-rsa|ecdsa-sha2-nistp\d+|ssh-ed25519) (\S+)/.exec(SSHPublicKeyBody) ?? [];
    if (!algorithm)
      throw new AwsFault("InvalidPublicKey", "The public key is malformed or otherwise invalid.");
    const digest = createHash("md5").update(Buffer.from(blob, "base64")).digest("hex");
    const Fingerprint = (digest.match(/../g) ?? []).join(":");
    return { SSHPublicKey: sshAnswer(add(call, "ssh", idOf("APKA", 17), { SSHPublicKeyBody, Fingerprint })) };
  },
  GetSSHPublicKey: (call: Call<OfOne>) => ({ SSHPublicKey: sshAnswer(need(call, "ssh")) }),
  ListSSHPublicKeys: (call: Call<OfUser & Marked>) =>
    listed(call, "ssh", "SSHPublicKeys", ({ id, UserName, Status, at }) => ({
      ...{ UserName, SSHPublicKeyId: id, Status, UploadDate: at },
    })),
  UpdateSSHPublicKey: (call: Call<OfOne>) => update(call, "ssh"),
  DeleteSSHPublicKey: (call: Call<OfOne>) => remove(call, "ssh"),

  UploadSigningCertificate(call: Call<OfUser & { CertificateBody: string }>) {
    const { CertificateBody } = call.input;
    checkCertificate(CertificateBody);
    return { Certificate: certificateAnswer(add(call, "certificate", idOf("", 32), { CertificateBody })) };
  },
  ListSigningCertificates: (call: Call<OfUser & Marked>) =>
    listed(call, "certificate", "Certificates", certificateAnswer),
  UpdateSigningCertificate: (call: Call<OfOne>) => update(call, "certificate"),
  DeleteSigningCertificate: (call: Call<OfOne>) => remove(call, "certificate"),

  CreateServiceSpecificCredential(call: Call<OfUser & { ServiceName: string }>) {
    const { ServiceName } = call.input;
    if (!/^[\w-]+\.amazonaws\.com$/.test(ServiceName))
      throw new AwsFault("NotSupportedService", `The service ${ServiceName} is not supported.`, 404);
    const name = call.input.UserName ?? callerName(call) ?? "";
    const ServiceUserName = `${name}-at-${call.accountId}`;
    const made = add(call, "service", idOf("ACCA", 17), { ServiceName, ServiceUserName });
    return { ServiceSpecificCredential: { ...serviceAnswer(made), ServicePassword: password() } };
  },
  ListServiceSpecificCredentials: (call: Call<OfUser & Marked>) =>
    listed(call, "service", "ServiceSpecificCredentials", serviceAnswer),
  ResetServiceSpecificCredential(call: Call<OfOne>) {
    return {
      ServiceSpecificCredential: { ...serviceAnswer(need(call, "service")), ServicePassword: password() },
    };
  },
  UpdateServiceSpecificCredential: (call: Call<OfOne>) => update(call, "service"),
  DeleteServiceSpecificCredential: (call: Call<OfOne>) => remove(call, "service"),
};

export function checkCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    const fault = new AwsFault(
      "MalformedCertificate",
      "Unable to parse certificate. Please ensure the certificate is in PEM format.",
    );
    fault.cause = cause;
    throw fault;
  }
}

/** Of one user, for rules about deleting and for the credential report. */
export function credentialsOf(call: Call, userName: string): UserCredential[] {
  return stored(call)
    .list()
    .filter(({ UserName }) => UserName === userName);
}

export function renameCredentials(call: Call, from: string, to: string): void {
  for (const each of credentialsOf(call, from)) stored(call).put(each.id, { ...each, UserName: to });
}

function stored({ world, accountId }: Call) {
  return world.collection<UserCredential>({ accountId, region: "global" }, "iam:user-credential");
}

function add(call: Call<OfUser>, kind: Kind, id: string, shown: Record<string, string>): UserCredential {
  const { UserName } = needUser(call, call.input.UserName ?? callerName(call) ?? "");
  const present = credentialsOf(call, UserName).filter(
    (each) => each.kind === kind && each.shown.ServiceName === shown.ServiceName,
  );
  if (present.length >= mostOf[kind]) throw limitExceeded(quotaOf[kind], mostOf[kind]);
  const made: UserCredential = { kind, id, UserName, Status: "Active", at: call.now.toISOString(), shown };
  stored(call).put(id, made);
  return made;
}

function need(call: Call<OfOne>, kind: Kind): UserCredential {
  const {
    UserName = callerName(call),
    SSHPublicKeyId,
    CertificateId,
    ServiceSpecificCredentialId,
  } = call.input;
  const id = SSHPublicKeyId ?? CertificateId ?? ServiceSpecificCredentialId ?? "";
  const found = stored(call).get(id);
  if (found?.kind === kind && (UserName === undefined || found.UserName === UserName)) return found;
  const nouns = { ssh: "Public Key", certificate: "Certificate", service: "Service Specific Credential" };
  throw noSuchEntity(`The ${nouns[kind]} with id ${id} cannot be found.`);
}

function update(call: Call<OfOne>, kind: Kind): void {
  const found = need(call, kind);
  stored(call).put(found.id, { ...found, Status: call.input.Status ?? found.Status });
}

function remove(call: Call<OfOne>, kind: Kind): void {
  stored(call).delete(need(call, kind).id);
}

function listed(
  call: Call<OfUser & Marked>,
  kind: Kind,
  list: string,
  shownAs: (one: UserCredential) => object,
) {
  const { UserName } = needUser(call, call.input.UserName ?? callerName(call) ?? "");
  const all = credentialsOf(call, UserName).filter((each) => each.kind === kind);
  const { items, ...rest } = marked(call.input, all);
  return { [list]: items.map(shownAs), ...rest };
}

function sshAnswer({ id, UserName, Status, at, shown }: UserCredential) {
  return { UserName, SSHPublicKeyId: id, Status, UploadDate: at, ...shown };
}

function certificateAnswer({ id, UserName, Status, at, shown }: UserCredential) {
  return { UserName, CertificateId: id, Status, UploadDate: at, ...shown };
}

function serviceAnswer({ id, UserName, Status, at, shown }: UserCredential) {
  return { UserName, ServiceSpecificCredentialId: id, Status, CreateDate: at, ...shown };
}

function password(): string {
  return randomBytes(33).toString("base64");
}

function idOf(prefix: string, length: number): string {
  let id = prefix;
  for (let at = 0; at < length; at++) id += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[chance.int(32)];
  return id;
}
