import type { Schema } from '../../api/types';
import { Frames, loudness, parse } from './frames';

/** Why a talk cannot go on, for words on the page. */
export type Trouble =
  | 'insecure'
  | 'no_microphone'
  | 'refused'
  | 'busy_microphone'
  | 'unplugged'
  | 'no_sound'
  | 'lost';

export interface Handlers {
  onUp: () => void;
  /** The talk is over: hung up on either side, or why not. */
  onOver: (trouble?: Trouble) => void;
  /** How loud the microphone is, 0-1, fifty times a second. */
  onLevel: (level: number) => void;
}

/** More than this many bytes unsent: the line is too slow for live sound, and
 * what is old is worth nothing. */
const MOST_UNSENT = 64_000;

/** Asks for the microphone. Before a call is placed: whoever says no has none. */
export async function openMicrophone(): Promise<MediaStream | Trouble> {
  if (!navigator.mediaDevices || typeof AudioWorkletNode === 'undefined') return 'insecure';
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'no_microphone';
    return name === 'NotReadableError' ? 'busy_microphone' : 'refused';
  }
}

/** One talk: microphone and loudspeaker at the ends of the call's socket. */
export class Line {
  private readonly frames: Frames;
  private socket: WebSocket | undefined;
  private context: AudioContext | undefined;
  private speaker: AudioWorkletNode | undefined;
  private muted = false;
  private over = false;

  constructor(
    private readonly talk: Schema<'TalkPlaced'>,
    private readonly microphone: MediaStream,
    private readonly handlers: Handlers,
  ) {
    this.frames = new Frames(talk.call_id, talk.sample_rate);
  }

  async open(): Promise<void> {
    const processorOptions = { rate: this.talk.sample_rate };
    try {
      this.context = new AudioContext({ latencyHint: 'interactive' });
      await this.context.audioWorklet.addModule('/talk-audio.js');
      await this.context.resume();
      const capture = new AudioWorkletNode(this.context, 'microphone', { processorOptions });
      this.speaker = new AudioWorkletNode(this.context, 'loudspeaker', {
        numberOfInputs: 0,
        outputChannelCount: [1],
        processorOptions,
      });
      // Pulled out in mid-call, or taken back beside the address.
      for (const track of this.microphone.getTracks()) track.onended = () => this.end('unplugged');
      this.context.createMediaStreamSource(this.microphone).connect(capture);
      // A node that leads nowhere is not run.
      capture.connect(this.context.destination);
      this.speaker.connect(this.context.destination);
      capture.port.onmessage = ({ data }: MessageEvent<Int16Array>) => this.heard(data);
      this.speaker.port.onmessage = ({ data }: MessageEvent<string>) => this.send(this.frames.mark(data));
    } catch {
      this.end('no_sound');
      return;
    }
    if (!this.over) this.connect();
  }

  mute(muted: boolean): void {
    this.muted = muted;
  }

  press(key: string): void {
    this.send(this.frames.key(key));
  }

  hangUp(): void {
    this.send(this.frames.stop());
    this.end();
  }

  private connect(): void {
    const socket = new WebSocket(new URL(this.talk.path, location.href.replace(/^http/, 'ws')));
    this.socket = socket;
    let up = false;
    socket.onopen = () => {
      up = true;
      this.send(this.frames.start());
      this.handlers.onUp();
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => this.take(data);
    // Closed in order the agent hung up; otherwise the line is gone.
    socket.onclose = ({ wasClean, code }) => this.end(up && wasClean && code === 1000 ? undefined : 'lost');
  }

  private take(text: string): void {
    const got = parse(text);
    if (got?.kind === 'media') this.speaker?.port.postMessage(got.samples);
    else if (got?.kind === 'mark') this.speaker?.port.postMessage(got.name);
    else if (got?.kind === 'clear') this.speaker?.port.postMessage('clear');
  }

  private heard(samples: Int16Array): void {
    if (this.over) return;
    // Muted is silence and not nothing: the line keeps its time.
    const sent = this.muted ? new Int16Array(samples.length) : samples;
    this.handlers.onLevel(loudness(sent));
    if ((this.socket?.bufferedAmount ?? 0) < MOST_UNSENT) this.send(this.frames.media(sent));
  }

  private send(frame: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  private end(trouble?: Trouble): void {
    if (this.over) return;
    this.over = true;
    this.socket?.close(1000);
    for (const track of this.microphone.getTracks()) track.stop();
    this.context?.close().catch(() => {
      // Closed already, which is what was wanted.
    });
    this.handlers.onOver(trouble);
  }
}
