// MFA devices: virtual ones made with a seed and enabled with two codes that follow from it; any other by its number.
import { createHmac, randomBytes } from "node:crypto";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { IamUser, Tag } from "../../shapes.ts";
import type { World } from "../../world.ts";
import {
  alreadyExists,
  callerName,
  checkName,
  checkPath,
  deleteConflict,
  iamArn,
  limitExceeded,
  type Marked,
  marked,
  needUser,
  noSuchEntity,
  own,
  withoutTags,
  withTags,
} from "./entity.ts";

/** Value of "iam:virtual-mfa" (account, global) under its serial number. */
interface VirtualDevice {
  SerialNumber: string;
  /** Base 32. */
  seed: string;
  Tags: Tag[];
}

interface OfDevice {
  UserName?: string;
  SerialNumber: string;
  AuthenticationCode1?: string;
  AuthenticationCode2?: string;
}

const mostDevices = 8;

export const mfaOperations: Record<string, Operation> = {
  CreateVirtualMFADevice(call: Call<{ VirtualMFADeviceName: string; Path?: string; Tags?: Tag[] }>) {
    const { VirtualMFADeviceName, Path = "/", Tags = [] } = call.input;
    checkName(VirtualMFADeviceName, "virtualMFADeviceName", 226);
    checkPath(Path);
    const SerialNumber = iamArn(call, "mfa", Path, VirtualMFADeviceName);
    if (devices(call).get(SerialNumber) || holderOf(call, SerialNumber))
      throw alreadyExists("MFADevice entity at the same path and name already exists.");
    const seed = base32(randomBytes(40));
    devices(call).put(SerialNumber, { SerialNumber, seed, Tags: withTags([], Tags) });
    const uri = `otpauth://totp/Amazon%20Web%20Services:${VirtualMFADeviceName}@${call.accountId}?secret=${seed}&issuer=Amazon%20Web%20Services`;
    return {
      VirtualMFADevice: {
        SerialNumber,
        Base32StringSeed: Buffer.from(seed),
        // AWS draws the address as a picture; here it is the text that the picture holds.
        QRCodePNG: Buffer.from(uri),
        Tags: Tags.length > 0 ? Tags : undefined,
      },
    };
  },

  DeleteVirtualMFADevice(call: Call<{ SerialNumber: string }>) {
    const { SerialNumber } = call.input;
    if (holderOf(call, SerialNumber)) throw deleteConflict("must deactivate MFA device first.");
    if (!devices(call).delete(SerialNumber)) throw unknown(SerialNumber);
  },

  EnableMFADevice(call: Call<OfDevice & { UserName: string }>) {
    const user = needUser(call, call.input.UserName);
    const { SerialNumber } = call.input;
    const isVirtual = SerialNumber.includes(":mfa/");
    if (holderOf(call, SerialNumber))
      throw alreadyExists(`MFADevice with serial number ${SerialNumber} already exists.`);
    if (isVirtual && !devices(call).get(SerialNumber)) throw unknown(SerialNumber);
    if (user.mfaDevices.length >= mostDevices) throw limitExceeded("MFADevicesPerUser", mostDevices);
    checkCodes(call);
    const device = { SerialNumber, EnableDate: call.now.toISOString() };
    store(call, { ...user, mfaDevices: [...user.mfaDevices, device] });
  },

  ResyncMFADevice(call: Call<OfDevice & { UserName: string }>) {
    needDevice(needUser(call, call.input.UserName), call.input.SerialNumber);
    checkCodes(call);
  },

  DeactivateMFADevice(call: Call<OfDevice>) {
    const user = needUser(call, call.input.UserName ?? callerName(call) ?? "");
    const { SerialNumber } = needDevice(user, call.input.SerialNumber);
    const mfaDevices = user.mfaDevices.filter((each) => each.SerialNumber !== SerialNumber);
    // Also one that the world began with is a virtual device that can now be deleted.
    if (SerialNumber.includes(":mfa/") && !devices(call).get(SerialNumber))
      devices(call).put(SerialNumber, { SerialNumber, seed: "", Tags: [] });
    store(call, { ...user, mfaDevices });
  },

  GetMFADevice(call: Call<OfDevice>) {
    const holder = holderOf(call, call.input.SerialNumber);
    if (!holder) throw unknown(call.input.SerialNumber);
    const { EnableDate, SerialNumber } = needDevice(holder, call.input.SerialNumber);
    return { UserName: holder.UserName, SerialNumber, EnableDate };
  },

  TagMFADevice(call: Call<{ SerialNumber: string; Tags: Tag[] }>) {
    const device = needVirtual(call);
    devices(call).put(device.SerialNumber, { ...device, Tags: withTags(device.Tags, call.input.Tags) });
  },
  UntagMFADevice(call: Call<{ SerialNumber: string; TagKeys: string[] }>) {
    const device = needVirtual(call);
    const Tags = withoutTags(device.Tags, call.input.TagKeys);
    devices(call).put(device.SerialNumber, { ...device, Tags });
  },
  ListMFADeviceTags(call: Call<{ SerialNumber: string } & Marked>) {
    const { items, ...rest } = marked(call.input, needVirtual(call).Tags);
    return { Tags: items, ...rest };
  },
};

/** Virtual devices that nobody has. */
export function unassignedDevices(call: Call): { SerialNumber: string }[] {
  return devices(call)
    .list()
    .filter(({ SerialNumber }) => !holderOf(call, SerialNumber))
    .map(({ SerialNumber }) => ({ SerialNumber }));
}

/** Whether the code is the user's device's of now, give or take half a minute (STS asks). */
export function provesFactor(
  world: World,
  accountId: string,
  { mfaDevices }: IamUser,
  { serial, code, now }: { serial: string; code: string; now: Date },
): boolean {
  if (!mfaDevices.some(({ SerialNumber }) => SerialNumber === serial)) return false;
  const place = { accountId, region: "global" };
  const seed = world.collection<VirtualDevice>(place, "iam:virtual-mfa").get(serial)?.seed;
  return seed ? [-1, 0, 1].some((step) => codeOf(seed, now, step) === code) : /^\d{6}$/.test(code);
}

/** RFC 6238 with SHA-1, six digits and 30 seconds; `step` windows on. */
export function codeOf(seed: string, now: Date, step = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now.getTime() / 30_000) + step));
  const digest = createHmac("sha1", fromBase32(seed)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(bytes: Buffer): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{5}/g) ?? []).map((five) => letters[Number.parseInt(five, 2)]).join("");
}

function fromBase32(text: string): Buffer {
  let bits = "";
  for (const letter of text) bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

/** Two codes, one after the other. */
function checkCodes(call: Call<OfDevice>): void {
  const { SerialNumber, AuthenticationCode1: first = "", AuthenticationCode2: second = "" } = call.input;
  const seed = devices(call).get(SerialNumber)?.seed;
  const isRight = seed
    ? [-2, -1, 0].some(
        (step) => codeOf(seed, call.now, step) === first && codeOf(seed, call.now, step + 1) === second,
      )
    : /^\d{6}$/.test(first) && /^\d{6}$/.test(second) && first !== second;
  if (isRight) return;
  throw new AwsFault(
    "InvalidAuthenticationCode",
    `Authentication code for device is not valid. Device: ${SerialNumber}`,
    403,
  );
}

function holderOf(call: Call, serial: string): IamUser | undefined {
  return own(call)
    .users.list()
    .find(({ mfaDevices }) => mfaDevices.some(({ SerialNumber }) => SerialNumber === serial));
}

function needDevice({ mfaDevices }: IamUser, serial: string) {
  const device = mfaDevices.find(({ SerialNumber }) => SerialNumber === serial);
  if (!device) throw noSuchEntity("MFA Device invalid for user.");
  return device;
}

function needVirtual(call: Call<{ SerialNumber: string }>): VirtualDevice {
  const { SerialNumber } = call.input;
  const device = devices(call).get(SerialNumber);
  if (device) return device;
  if (holderOf(call, SerialNumber)) return { SerialNumber, seed: "", Tags: [] };
  throw unknown(SerialNumber);
}

function unknown(serial: string): AwsFault {
  return noSuchEntity(`VirtualMFADevice with serial number ${serial} doesn't exist.`);
}

function devices({ world, accountId }: Call) {
  return world.collection<VirtualDevice>({ accountId, region: "global" }, "iam:virtual-mfa");
}

function store(call: Call, user: IamUser): void {
  own(call).users.put(user.UserName, user);
}
