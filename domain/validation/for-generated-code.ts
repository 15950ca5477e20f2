// What generated validators call: they import this module alone, for each module that a module names costs its resolution.
export * from './formats/formats.ts';
export * from './runtime/attachment.ts';
export * from './runtime/bindings.ts';
export * from './runtime/bundle-rules.ts';
export * from './runtime/compare-values.ts';
export * from './runtime/contained-rules.ts';
export * from './runtime/extension-content.ts';
export * from './runtime/extension.ts';
export * from './runtime/format-notes.ts';
export * from './runtime/narrative.ts';
export * from './runtime/nested-resource.ts';
export * from './runtime/primitive-element.ts';
export * from './runtime/reach-path.ts';
export * from './runtime/reference-form.ts';
export * from './runtime/reference-target.ts';
export * from './runtime/same-value.ts';
export * from './runtime/systems.ts';
