// Server certificates kept in IAM; the private key is not.
import { chance } from "../../ids.ts";
import type { Call, Operation } from "../../operation.ts";
import type { Tag } from "../../shapes.ts";
import {
  below,
  checkName,
  checkPath,
  type Marked,
  marked,
  needFree,
  noSuchEntity,
  withoutTags,
  withTags,
} from "./entity.ts";
import { checkCertificate } from "./user-credentials.ts";

/** Value of "iam:server-certificate" (account, global) under its name. */
interface ServerCertificate {
  ServerCertificateName: string;
  ServerCertificateId: string;
  Path: string;
  UploadDate: string;
  Expiration: string;
  CertificateBody: string;
  CertificateChain?: string;
  Tags: Tag[];
}

interface OfCertificate {
  ServerCertificateName: string;
}

export const serverCertificateOperations: Record<string, Operation> = {
  UploadServerCertificate(
    call: Call<
      OfCertificate & { Path?: string; CertificateBody: string; CertificateChain?: string; Tags?: Tag[] }
    >,
  ) {
    const { ServerCertificateName, Path = "/", CertificateBody, CertificateChain, Tags = [] } = call.input;
    checkName(ServerCertificateName, "serverCertificateName", 128);
    checkPath(Path);
    needFree(stored(call), ServerCertificateName, "The Server Certificate");
    const { validTo } = checkCertificate(CertificateBody);
    let ServerCertificateId = "ASCA";
    while (ServerCertificateId.length < 21)
      ServerCertificateId += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[chance.int(32)];
    const certificate: ServerCertificate = {
      ServerCertificateName,
      ServerCertificateId,
      Path,
      UploadDate: call.now.toISOString(),
      Expiration: new Date(validTo).toISOString(),
      CertificateBody,
      ...(CertificateChain === undefined ? {} : { CertificateChain }),
      Tags: withTags([], Tags),
    };
    stored(call).put(ServerCertificateName, certificate);
    return { ServerCertificateMetadata: metadata(call, certificate), Tags };
  },
  GetServerCertificate(call: Call<OfCertificate>) {
    const found = need(call);
    const { CertificateBody, CertificateChain, Tags } = found;
    const ServerCertificateMetadata = metadata(call, found);
    return { ServerCertificate: { ServerCertificateMetadata, CertificateBody, CertificateChain, Tags } };
  },
  ListServerCertificates(call: Call<Marked>) {
    const { items, ...rest } = marked(call.input, below(call.input, stored(call).list()));
    return { ServerCertificateMetadataList: items.map((each) => metadata(call, each)), ...rest };
  },
  UpdateServerCertificate(
    call: Call<OfCertificate & { NewPath?: string; NewServerCertificateName?: string }>,
  ) {
    const found = need(call);
    const { NewPath = found.Path, NewServerCertificateName: name = found.ServerCertificateName } = call.input;
    if (name !== found.ServerCertificateName) needFree(stored(call), name, "The Server Certificate");
    stored(call).delete(found.ServerCertificateName);
    stored(call).put(name, { ...found, Path: NewPath, ServerCertificateName: name });
  },
  DeleteServerCertificate(call: Call<OfCertificate>) {
    stored(call).delete(need(call).ServerCertificateName);
  },
  TagServerCertificate(call: Call<OfCertificate & { Tags: Tag[] }>) {
    const found = need(call);
    stored(call).put(found.ServerCertificateName, { ...found, Tags: withTags(found.Tags, call.input.Tags) });
  },
  UntagServerCertificate(call: Call<OfCertificate & { TagKeys: string[] }>) {
    const found = need(call);
    const Tags = withoutTags(found.Tags, call.input.TagKeys);
    stored(call).put(found.ServerCertificateName, { ...found, Tags });
  },
  ListServerCertificateTags(call: Call<OfCertificate & Marked>) {
    const { items, ...rest } = marked(call.input, need(call).Tags);
    return { Tags: items, ...rest };
  },
};

export function serverCertificateCount(call: Call): number {
  return stored(call).list().length;
}

function metadata(call: Call, certificate: ServerCertificate) {
  const { ServerCertificateName, ServerCertificateId, Path, UploadDate, Expiration } = certificate;
  const Arn = `arn:${call.world.partition}:iam::${call.accountId}:server-certificate${Path}${ServerCertificateName}`;
  return { Path, ServerCertificateName, ServerCertificateId, Arn, UploadDate, Expiration };
}

function need(call: Call<OfCertificate>): ServerCertificate {
  const name = call.input.ServerCertificateName;
  const found = stored(call).get(name);
  if (!found) throw noSuchEntity(`The Server Certificate with name ${name} cannot be found.`);
  return found;
}

function stored({ world, accountId }: Call) {
  return world.collection<ServerCertificate>({ accountId, region: "global" }, "iam:server-certificate");
}
