const mask = "[redacted]";

/**
 * Masks credentials in a text: those in URLs and connection strings, password literals, Databricks tokens, and words
 * that look random enough to be one. A run additionally redacts its own credentials.
 */
export function maskLogins(text: string): string {
  const masked = text
    .replace(/([a-z0-9+.-]:\/\/[^\s:/@']*:)[^\s'"/]+(?=@)/gi, `$1${mask}`)
    .replace(/(\bpassword\s*(?:=>|:=|=)?\s*)'[^']*'/gi, `$1'${mask}'`)
    .replace(/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, mask)
    .replace(/\bdapi[0-9a-f]{32}\b/g, mask)
    .replace(/[\w-]{40,}/g, (word) => (looksRandom(word) ? mask : word));
  // Outside a connection string, `password=word` may just as well be a condition.
  const isConnectionString = /\b(host|hostaddr|dbname|user|port)=/i.test(masked);
  return isConnectionString ? masked.replace(/(\bpassword=)[^\s'";)]+/gi, `$1${mask}`) : masked;
}

function looksRandom(word: string): boolean {
  return [/[a-z]/, /[A-Z]/, /[0-9]/].every((kind) => kind.test(word));
}
