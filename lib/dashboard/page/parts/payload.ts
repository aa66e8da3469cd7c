/** What somebody typed as a payload: the body to send, or what is wrong with it. */
export type Payload =
  | { readonly body: { readonly payload?: unknown }; readonly mistake: null }
  | { readonly body: null; readonly mistake: string };

export function readPayload(text: string): Payload {
  if (text.trim() === '') return { body: {}, mistake: null };
  try {
    return { body: { payload: JSON.parse(text) as unknown }, mistake: null };
  } catch (error) {
    return { body: null, mistake: `This is no JSON: ${(error as Error).message}` };
  }
}
