// Documents of Systems Manager: made, versioned, shared with accounts or with all. They are never run.
import type * as aws from "@aws-sdk/client-ssm";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { here, pageAs, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "ssm:document" under its name. */
export interface StoredDocument extends Tagged, Stored<Omit<aws.DocumentDescription, "Tags">> {
  Name: string;
  content: string;
  /** Account ids, or "all". */
  sharedWith: string[];
}

export const documents = records<StoredDocument>(
  "ssm:document",
  "Name",
  (name) => new AwsFault("InvalidDocument", `Document with name ${name} does not exist.`),
);
const needed = (call: Call<{ Name?: string | undefined }>) => documents.need(call, call.input.Name);
const paging = { limit: "MaxResults", token: "NextToken", standard: 50, most: 50, code: "InvalidNextToken" };

function listDocuments(call: Call<aws.ListDocumentsRequest>) {
  const filters = [
    ...(call.input.Filters ?? []).map(({ Key, Values }) => ({ Key, Values })),
    ...(call.input.DocumentFilterList ?? []).map(({ key, value }) => ({
      Key: key as string,
      Values: [value ?? ""],
    })),
  ];
  const found = documents.list(call).filter((each) =>
    filters.every(({ Key, Values = [] }) => {
      if (Key === "Owner") return Values.includes("Self") || Values.includes("Private");
      if (Key === "DocumentType") return Values.includes(each.DocumentType ?? "");
      return Key !== "Name" || Values.some((name) => each.Name.startsWith(name));
    }),
  );
  const identifiers = found.map(
    ({ Name, Owner, DocumentType, DocumentFormat, DocumentVersion, CreatedDate, SchemaVersion }) => ({
      Name,
      Owner,
      DocumentType,
      DocumentFormat,
      DocumentVersion,
      CreatedDate,
      SchemaVersion,
    }),
  );
  return pageAs(call, "DocumentIdentifiers", identifiers, paging);
}

const creating = (digest: (text: string) => string) => (call: Call<aws.CreateDocumentRequest>) => {
  const { Name = "", Content = "", DocumentType = "Command", DocumentFormat = "JSON", Tags } = call.input;
  if (/^(aws|amazon|amzn)/i.test(Name) || !/^[\w.-]{3,128}$/.test(Name))
    throw new AwsFault("ValidationException", "Invalid document name");
  if (documents.find(call, Name))
    throw new AwsFault("DocumentAlreadyExists", "The specified document already exists.");
  const [, schema] = /schemaVersion["']?\s*:\s*["']([\d.]+)/.exec(Content) ?? [];
  if (!schema) throw new AwsFault("InvalidDocumentContent", "The content for the document is not valid.");
  const document = documents.put(call, {
    Name,
    Owner: call.accountId,
    CreatedDate: call.now.toISOString(),
    Status: "Active",
    DocumentVersion: "1",
    LatestVersion: "1",
    DefaultVersion: "1",
    DocumentType,
    DocumentFormat,
    SchemaVersion: schema,
    PlatformTypes: ["Linux", "MacOS", "Windows"],
    Hash: digest(Content),
    HashType: "Sha256",
    content: Content,
    sharedWith: [],
    tagMap: tagMapOf(Tags),
  });
  return { DocumentDescription: { ...document, Status: "Creating" } };
};

function remove(call: Call<aws.DeleteDocumentRequest>) {
  const document = needed(call);
  if (document.sharedWith.length > 0 && !call.input.Force)
    throw new AwsFault(
      "InvalidDocumentOperation",
      "You attempted to delete a document while it is still shared. You must stop sharing the document before you can delete it.",
    );
  documents.remove(call, document);
  return {};
}

function isPublicBlocked(call: Call): boolean {
  const kept = call.world
    .collection<{ value: string }>(here(call), "ssm:setting")
    .get("/ssm/documents/console/public-sharing-permission");
  return kept?.value === "Disable";
}

function modifyPermission(call: Call<aws.ModifyDocumentPermissionRequest>) {
  const document = needed(call);
  const added = (call.input.AccountIdsToAdd ?? []).map((id) => id.toLowerCase());
  const removed = (call.input.AccountIdsToRemove ?? []).map((id) => id.toLowerCase());
  if ([...added, ...removed].some((id) => id !== "all" && !/^\d{12}$/.test(id)))
    throw new AwsFault("ValidationException", "Account IDs must be 12 digits or all");
  // The API reference names no error of its own for this; the code is a guess.
  if (added.includes("all") && isPublicBlocked(call))
    throw new AwsFault(
      "DocumentPermissionLimit",
      "Public sharing of documents is blocked in this account and Region.",
    );
  const sharedWith = [...new Set([...document.sharedWith, ...added])].filter((id) => !removed.includes(id));
  documents.change(call, document, { sharedWith });
  return {};
}

export function documentOperations(digest: (text: string) => string): Record<string, Operation> {
  return {
    ListDocuments: listDocuments,
    CreateDocument: creating(digest),
    DescribeDocument: (call: Call<aws.DescribeDocumentRequest>) => ({ Document: needed(call) }),
    GetDocument: (call: Call<aws.GetDocumentRequest>) => {
      const { Name, content, DocumentType, DocumentFormat, DocumentVersion, CreatedDate, Status } =
        needed(call);
      return { Name, Content: content, DocumentType, DocumentFormat, DocumentVersion, CreatedDate, Status };
    },
    DeleteDocument: remove,
    DescribeDocumentPermission: (call: Call<aws.DescribeDocumentPermissionRequest>) => {
      const { sharedWith } = needed(call);
      return {
        AccountIds: sharedWith,
        AccountSharingInfoList: sharedWith.map((AccountId) => ({
          AccountId,
          SharedDocumentVersion: "$DEFAULT",
        })),
      };
    },
    ModifyDocumentPermission: modifyPermission,
  };
}
