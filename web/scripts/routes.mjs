// Writes src/routeTree.gen.ts from src/routes, as the Vite plugin does, so that
// `tsc` can run without a build. The file is not committed: every new route
// would be a merge conflict.
import { Generator, getConfig } from '@tanstack/router-generator';

const root = new URL('..', import.meta.url).pathname;
await new Generator({ config: getConfig({}, root), root }).run();
