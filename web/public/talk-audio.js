// Sound of a talk, on the audio thread: the microphone as 16-bit samples at the
// line's rate, and the agent's samples out again. A file of its own, since the
// page's policy allows no inline script.

const FRAME_MS = 20;
/** The agent's speech begins with this much in hand, so that a late frame is no gap. */
const AHEAD_MS = 80;

/** Sends frames of s16 samples at `rate`, made from whatever rate the machine has. */
class Microphone extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.ratio = sampleRate / processorOptions.rate;
    this.frame = new Int16Array((processorOptions.rate * FRAME_MS) / 1000);
    this.filled = 0;
    // Where the next output sample begins among the input samples, and the sum so far.
    this.until = this.ratio;
    this.sum = 0;
    this.count = 0;
  }

  process([[input]]) {
    // Without a source there is no channel: silence keeps the line's time.
    const samples = input ?? new Float32Array(128);
    for (const sample of samples) {
      // The mean over each output sample's span is low-pass enough for speech.
      this.sum += sample;
      this.count += 1;
      this.until -= 1;
      // More than once where the machine is slower than the line.
      while (this.until <= 0) {
        this.push(this.count > 0 ? this.sum / this.count : sample);
        this.until += this.ratio;
        this.sum = 0;
        this.count = 0;
      }
    }
    return true;
  }

  push(value) {
    this.frame[this.filled] = Math.max(-1, Math.min(1, value)) * 32_767;
    this.filled += 1;
    if (this.filled < this.frame.length) return;
    this.port.postMessage(this.frame.slice());
    this.filled = 0;
  }
}

/** Plays what it is given in order; says a mark when everything before it was
 * played; `clear` drops all that was not. */
class Loudspeaker extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.step = processorOptions.rate / sampleRate;
    this.ahead = (processorOptions.rate * AHEAD_MS) / 1000;
    this.queue = [];
    this.held = 0;
    this.at = 0;
    this.playing = false;
    this.port.onmessage = ({ data }) => this.take(data);
  }

  take(data) {
    if (data === 'clear') {
      this.queue = [];
      this.held = 0;
      this.at = 0;
      this.playing = false;
      return;
    }
    this.queue.push(data);
    if (typeof data === 'string') this.playing = true;
    else this.held += data.length;
    if (this.held >= this.ahead) this.playing = true;
  }

  process(_, [[output]]) {
    for (let n = 0; n < output.length; n += 1) output[n] = this.playing ? this.next() : 0;
    return true;
  }

  next() {
    for (;;) {
      const front = this.queue[0];
      if (front === undefined) {
        this.playing = false;
        return 0;
      }
      if (typeof front === 'string') {
        this.port.postMessage(front);
        this.queue.shift();
        continue;
      }
      const whole = Math.floor(this.at);
      if (whole >= front.length) {
        this.at -= front.length;
        this.held -= front.length;
        this.queue.shift();
        continue;
      }
      const now = front[whole];
      // Across the seam of two frames too: a step there would hum.
      const after =
        front[whole + 1] ??
        this.queue.find((one, at) => at > 0 && one.length && typeof one !== 'string')?.[0] ??
        now;
      const value = now + (after - now) * (this.at - whole);
      this.at += this.step;
      return value / 32_768;
    }
  }
}

registerProcessor('microphone', Microphone);
registerProcessor('loudspeaker', Loudspeaker);
