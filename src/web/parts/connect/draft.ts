// What was typed into a form, kept in this browser for who typed it: the next person to sign in here may be of another
// tenant. The caller leaves out what is secret.
export interface Draft<Values> {
  read: () => Values | null;
  keep: (values: Values) => void;
  drop: () => void;
}

export function draftOf<Values extends object>(name: string, owner: string, empty: Values): Draft<Values> {
  const key = `skywarden.draft.${name}.${owner}`;
  const nothingTyped = JSON.stringify(empty);
  return {
    read: () => {
      try {
        const text = localStorage.getItem(key);
        return text === null ? null : { ...empty, ...(JSON.parse(text) as Partial<Values>) };
      } catch {
        // A draft that cannot be read (storage refused, another release's form) is as good as none.
        return null;
      }
    },
    keep: (values) => {
      const text = JSON.stringify(values);
      if (text === nothingTyped) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    },
    drop: () => localStorage.removeItem(key),
  };
}
