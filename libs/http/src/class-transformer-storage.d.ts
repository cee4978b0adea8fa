// What @Type says is kept in a file for which class-transformer ships no types.
declare module 'class-transformer/cjs/storage.js' {
  export const defaultMetadataStorage: {
    findTypeMetadata(target: object, propertyName: string): { typeFunction(): new () => object } | undefined;
  };
}
