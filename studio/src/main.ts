/** state → view; nothing else. */
import './style/tokens.css';
import './style/frame.css';
import './style/controls.css';
import './style/sentence.css';
import './style/above.css';
import './style/pair.css';
import './style/lesson.css';
import './style/lesson-numbers.css';
import './style/film.css';
import './style/carry.css';
import './style/search.css';
import './style/on-stage.css';
import './style/print.css';
import { h, render } from 'preact';
import { Page } from './views/page.tsx';

const root = document.getElementById('studio');
if (root !== null) render(h(Page, {}), root);
