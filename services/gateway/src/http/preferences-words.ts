import type { Channel, Purpose } from '@rapport/contracts';
import type { Wording } from '../domain/preference-form.js';
import type { Language } from './page.js';

/** Changes whenever a word of the page that a consent is given in changes. */
export const WORDING_VERSION = 'preference-centre-2';

interface Words {
  readonly title: string;
  readonly intro: string;
  readonly saved: string;
  readonly unchanged: string;
  readonly topics: string;
  readonly topicsHint: string;
  readonly pending: string;
  readonly how: string;
  readonly channel: string;
  readonly anyChannel: string;
  readonly language: string;
  /** No language, no time zone chosen. */
  readonly automatic: string;
  readonly timeZone: string;
  readonly inferred: string;
  readonly quietHours: string;
  readonly quietHint: string;
  readonly quietUnclear: string;
  readonly from: string;
  readonly to: string;
  readonly save: string;
  readonly stop: string;
  readonly stopHint: string;
  readonly badTitle: string;
  readonly bad: string;
  readonly expiredTitle: string;
  readonly expired: string;
  readonly expiredConfirmation: string;
  readonly laterTitle: string;
  readonly later: string;
  readonly confirmTitle: string;
  readonly confirmAsk: string;
  readonly confirmButton: string;
  readonly confirmNot: string;
  readonly confirmedTitle: string;
  readonly confirmed: string;
  readonly allow: string;
  readonly refuse: string;
  readonly everywhere: string;
}

export const PREFERENCE_WORDS: Readonly<Record<Language, Words>> = {
  vi: {
    title: 'Tùy chọn liên lạc của bạn',
    intro:
      'Bạn quyết định chúng tôi được liên lạc với bạn về việc gì, qua kênh nào và vào lúc nào. Những thông tin không thể thiếu, như hóa đơn hoặc đặt lại mật khẩu, luôn được gửi.',
    saved: 'Đã lưu. Thay đổi có hiệu lực ngay.',
    unchanged: 'Không có gì thay đổi.',
    topics: 'Bạn muốn nhận gì, qua kênh nào?',
    topicsHint: 'Đánh dấu những gì bạn đồng ý nhận.',
    pending: 'chờ bạn xác nhận qua email',
    how: 'Cách và thời gian liên lạc',
    channel: 'Kênh ưa thích',
    anyChannel: 'Không ưu tiên kênh nào',
    language: 'Ngôn ngữ',
    automatic: 'Tự động',
    timeZone: 'Múi giờ',
    inferred: 'Nếu bạn không chọn, hiện chúng tôi dùng',
    quietHours: 'Giờ yên tĩnh',
    quietHint: 'Trong khoảng thời gian này chúng tôi không làm phiền bạn. Để trống cả hai ô nếu bạn không cần.',
    quietUnclear: 'Giờ yên tĩnh chưa được lưu. Vui lòng nhập hai giờ khác nhau, hoặc để trống cả hai ô.',
    from: 'Từ',
    to: 'Đến',
    save: 'Lưu thay đổi',
    stop: 'Ngừng nhận tất cả',
    stopHint: 'Bạn sẽ chỉ còn nhận những thông tin không thể thiếu.',
    badTitle: 'Liên kết không hợp lệ',
    bad: 'Liên kết này không đầy đủ hoặc đã bị thay đổi. Vui lòng mở lại liên kết trong thư.',
    expiredTitle: 'Liên kết đã hết hạn',
    expired: 'Vui lòng dùng liên kết trong một thư mới hơn của chúng tôi.',
    expiredConfirmation: 'Liên kết này không còn xác nhận được nữa. Vui lòng đăng ký lại, chúng tôi sẽ gửi cho bạn một liên kết mới.',
    laterTitle: 'Vui lòng thử lại',
    later: 'Yêu cầu của bạn chưa được ghi nhận. Vui lòng thử lại sau ít phút.',
    confirmTitle: 'Xác nhận đăng ký',
    confirmAsk: 'Bạn có đồng ý để chúng tôi gửi email cho bạn không? Nội dung:',
    confirmButton: 'Tôi xác nhận',
    confirmNot: 'Nếu bạn không đăng ký, hãy đóng trang này. Chúng tôi sẽ không gửi gì.',
    confirmedTitle: 'Cảm ơn bạn đã xác nhận',
    confirmed:
      'Chúng tôi đã ghi nhận. Bạn có thể thay đổi ý kiến bất cứ lúc nào bằng liên kết trong mỗi thư; quyết định sau cùng của bạn luôn có hiệu lực.',
    allow: 'Tôi đồng ý nhận',
    refuse: 'Tôi không muốn nhận',
    everywhere: 'mọi kênh',
  },
  en: {
    title: 'How we may contact you',
    intro:
      'You decide what we may contact you about, where, and when. What you cannot do without, such as a receipt or a new password, is always sent.',
    saved: 'Saved. The changes take effect at once.',
    unchanged: 'Nothing was changed.',
    topics: 'What would you like to receive, and where?',
    topicsHint: 'Tick what you agree to.',
    pending: 'to be confirmed by e-mail',
    how: 'How and when we reach you',
    channel: 'Preferred channel',
    anyChannel: 'No preference',
    language: 'Language',
    automatic: 'Automatic',
    timeZone: 'Time zone',
    inferred: 'Unless you choose, we use at present',
    quietHours: 'Quiet hours',
    quietHint: 'We do not disturb you in these hours. Leave both empty if you need none.',
    quietUnclear: 'The quiet hours were not saved. Please enter two different times, or leave both empty.',
    from: 'From',
    to: 'To',
    save: 'Save changes',
    stop: 'Stop everything',
    stopHint: 'You will only receive what you cannot do without.',
    badTitle: 'This link does not work',
    bad: 'The link is incomplete or was changed. Please open it from the mail again.',
    expiredTitle: 'This link has expired',
    expired: 'Please use the link in a newer mail of ours.',
    expiredConfirmation: 'It confirms nothing any more. Please sign up again, and we will send you a new link.',
    laterTitle: 'Please try again',
    later: 'Your request could not be recorded. Please try again in a few minutes.',
    confirmTitle: 'Confirm your subscription',
    confirmAsk: 'Do you agree that we write to you by e-mail? It is about:',
    confirmButton: 'I confirm',
    confirmNot: 'If it was not you who signed up, close this page. Nothing will be sent.',
    confirmedTitle: 'Thank you for confirming',
    confirmed: 'We have recorded it. You can change your mind at any time with the link in every mail: what you decided last holds.',
    allow: 'I agree to receive',
    refuse: 'I do not want to receive',
    everywhere: 'every channel',
  },
};

export const PURPOSE_NAMES: Readonly<Record<Language, Readonly<Record<Purpose, string>>>> = {
  vi: {
    transactional: 'Thông tin bắt buộc',
    service: 'Hỗ trợ và thông báo dịch vụ',
    survey: 'Khảo sát ý kiến',
    relationship: 'Tin tức và chăm sóc khách hàng',
    marketing: 'Ưu đãi và quảng cáo',
  },
  en: {
    transactional: 'What must be sent',
    service: 'Help and service messages',
    survey: 'Surveys',
    relationship: 'News and advice',
    marketing: 'Offers and advertising',
  },
};

type Named = Readonly<Record<Channel, string>>;
const BRANDS = {
  sms: 'SMS',
  whatsapp: 'WhatsApp',
  zalo: 'Zalo',
  messenger: 'Messenger',
  telegram: 'Telegram',
  fax: 'Fax',
  blog: 'Blog',
  webhook: 'Webhook',
  api: 'API',
} as const;
const CHANNEL_NAMES: Readonly<Record<Language, Named>> = {
  vi: {
    ...BRANDS,
    web: 'Trang web',
    mobile_app: 'Ứng dụng di động',
    in_app: 'Trong ứng dụng',
    email: 'Email',
    push: 'Thông báo đẩy',
    web_push: 'Thông báo trình duyệt',
    phone: 'Điện thoại',
    live_chat: 'Trò chuyện trực tuyến',
    chatbot: 'Trợ lý tự động',
    social: 'Mạng xã hội',
    forum: 'Diễn đàn',
    webinar: 'Hội thảo trực tuyến',
    store: 'Cửa hàng',
    delivery: 'Giao hàng',
    post: 'Thư bưu điện',
  },
  en: {
    ...BRANDS,
    web: 'Website',
    mobile_app: 'Mobile app',
    in_app: 'In the app',
    email: 'E-mail',
    push: 'Push notification',
    web_push: 'Browser notification',
    phone: 'Telephone',
    live_chat: 'Live chat',
    chatbot: 'Chatbot',
    social: 'Social media',
    forum: 'Forum',
    webinar: 'Webinar',
    store: 'Store',
    delivery: 'Delivery',
    post: 'Letter',
  },
};
export const channelName = (channel: Channel, language: Language): string => CHANNEL_NAMES[language][channel];

export const LANGUAGE_NAMES: Readonly<Record<string, string>> = { vi: 'Tiếng Việt', en: 'English' };

/** The words that a tick or its removal stands for: they become the evidence. */
export function wordingIn(language: Language): Wording {
  const words = PREFERENCE_WORDS[language];
  return {
    version: `${WORDING_VERSION}-${language}`,
    of: ({ purpose, channel, state }) =>
      `${state === 'granted' ? words.allow : words.refuse}: ${PURPOSE_NAMES[language][purpose]} (${channel === '*' ? words.everywhere : channelName(channel, language)})`,
  };
}
