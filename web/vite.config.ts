import tailwindcss from '@tailwindcss/vite';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// A running `caly demo`; the browser sees one origin, as in the real binary.
const server = process.env.CALY_API ?? 'http://127.0.0.1:8080';
const proxy = { '/api': { target: server }, '^/talk/.': { target: server, ws: true } };

// Left alone, the bundler makes a file of every few lines that two pages share,
// and a page waits for forty requests of some hundred bytes. Each group holds
// all that it needs but what the groups before it have: no cycle between files.
const CHUNKS = [
  { name: 'start', tags: ['$initial' as const], priority: 3 },
  {
    name: 'frame',
    test: /app[\\/]shell\.tsx|ui[\\/](field|text-link|note|copy-line)\.tsx|icons[\\/](plus|check|x)\./,
    priority: 2,
  },
  { name: 'menus', test: /ui[\\/](menu|select|dialog)\.tsx/, priority: 1 },
];

export default defineConfig({
  plugins: [tanstackRouter({ target: 'react', autoCodeSplitting: true }), react(), tailwindcss()],
  server: { proxy },
  preview: { proxy },
  build: {
    manifest: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    testTimeout: 60_000,
  },
});
