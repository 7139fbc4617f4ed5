import { defineConfig } from 'vite';
import { precompiledSchemas } from './precompiled-schemas.ts';

/**
 * Modules of our packages only define things, so what a bundle does not use of them is left out whole.
 */
const treeshake = { moduleSideEffects: (id: string) => !/\/packages\/[^/]+\/src\//.test(id) };

export default defineConfig({
  // Addresses in the page are relative: the console works below whatever path the verifier serves it.
  base: './',
  plugins: [precompiledSchemas()],
  publicDir: false,
  build: {
    target: 'es2024',
    // Nothing is put into the page itself: its policy forbids inline scripts, styles and fonts.
    assetsInlineLimit: 0,
    // What a page's code is made of is fetched at once; browsers that this is built for need no polyfill, which would be an inline script.
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    reportCompressedSize: false,
    rolldownOptions: { treeshake },
  },
  worker: {
    format: 'es',
    rolldownOptions: { treeshake },
    plugins: () => [precompiledSchemas()],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
