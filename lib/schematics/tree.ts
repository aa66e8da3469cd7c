/** The part of a schematic's file tree that is used here: those of the Nest CLI have it, whatever their version. */
export interface Tree {
  exists(path: string): boolean;
  readText(path: string): string;
  create(path: string, text: string): void;
  overwrite(path: string, text: string): void;
}
