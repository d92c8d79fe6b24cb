// Answers of who can do what as lines that a test reads: one for each row, the root user's aside.
import { type AccessPage, whoCan } from "../who-can.ts";
import { type AccessEstate, allow, now, role, text } from "./account.ts";

export interface AccessReader {
  page(type: string, nativeId: string, limit?: number, after?: AccessPage["next"]): Promise<AccessPage>;
  lines(type: string, nativeId: string): Promise<string[]>;
}

const reads = [allow({ Sid: "Read", Action: ["s3:Get*", "sqs:ReceiveMessage", "kms:Decrypt"] })];
const send = text(allow({ Sid: "Send", Action: "sqs:SendMessage" }));

/** Two alike, one that may do nothing, and a user by her group. */
export const usualIdentities = {
  role: [role("reader", reads), role("twin", reads), role("nobody", [])],
  user: [{ UserName: "anna", UserId: "AIDAANNA", Path: "/", GroupList: ["senders"] }],
  group: [
    { GroupName: "senders", Path: "/", GroupPolicyList: [{ PolicyName: "send", PolicyDocument: send }] },
  ],
};

export function readerOf({ withDocument }: AccessEstate): AccessReader {
  const page: AccessReader["page"] = (type, nativeId, limit = 100, after = null) =>
    withDocument(type, nativeId, (tx, document) => whoCan(tx, document, { after, limit }, now));
  return { page, lines: async (type, nativeId) => linesOf(await page(type, nativeId)) };
}

/** "principal anna | SendMessage | allowed send/Send"; "?" = what its own account says is not known. */
function linesOf({ holdings }: AccessPage): string[] {
  return holdings
    .filter(({ kind }) => kind !== "root")
    .map(({ kind, verdict, holders, actions, statements, conditionKeys, unread, isAssumed }) =>
      [
        `${kind} ${[...new Set(holders.map(({ name, id }) => name ?? id))].sort().join(",")}${isAssumed ? "?" : ""}`,
        actions.map(({ action }) => action.slice(action.indexOf(":") + 1)).join(","),
        [verdict, ...statements.map(({ policyName, sid }) => `${policyName}/${sid}`)].join(" "),
        ...(conditionKeys.length > 0 ? [`if ${conditionKeys.join(",")}`] : []),
        ...(unread.length > 0 ? [`unread ${unread.join(",")}`] : []),
      ].join(" | "),
    )
    .sort();
}
