import { everyRoute } from './a11y.mjs';

everyRoute('light');
