import type { FeelingRow } from './row.js';

/** As the tokeniser shortens them: `:))))` is `:)`, `=(((` is `:(`. */
// biome-ignore format: a table is read by its columns
export const EMOTICONS: readonly FeelingRow[] = [
  [0.5, ':) ;) :p :v'],
  [1.5, ':d ^^ ^_^ ^.^ <3 :* :x xd :3'],
  [-2, ':( :\'( t_t t^t -_- >_< :/ :| ;( >.< t.t'],
];

/** One emoji each; skin tones and variation selectors are dropped. Laughing tears and the plain smile go both ways in complaints, hence little. */
// biome-ignore format: a table is read by its columns
export const EMOJI: readonly FeelingRow[] = [
  [2.5, '😍 🥰 😘 😻 🤩 💯 🥳 💖 💕 💗 💞 💓 💘 💝 😚 😙'],
  [2, '❤ ♥ ❣ 💙 💚 💛 💜 🧡 🖤 💋 👍 👌 👏 🙌 💪 🎉 🎊 🌟 ⭐ ✨ 🌹 🌷 🌸 💐 🏆 🔥 😎 ✌ 🤗 🤝 🎁 🍀 ✅'],
  [1.5, '😊 ☺ 😀 😃 😄 😁 😆 😋 😉 🙂 😌 😇 😗 😛 😜 😝 🤤 🙏 😺 😸 🤪 🤭'],
  [0.5, '😂 🤣 😅'],
  [-2, '😞 😔 😟 😕 🙁 ☹ 😣 😖 😫 😩 😥 😓 😰 😨 😢 😭 😪 😒 😑 😐 🙄 😏 😶 🤔 😬 😧 😦 😿 🥺 💔 😮 😲 😳 🤦 🤷 🥴 😵'],
  [-3, '😡 😠 🤬 👎 😤 🤮 🤢 💩 🖕 😱 😾 👿 ❌ 🤡 ☠ 💀 😷'],
];
