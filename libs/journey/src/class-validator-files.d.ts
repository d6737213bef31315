// class-validator has types for its index only.
declare module 'class-validator/cjs/*' {
  export * from 'class-validator';
}
