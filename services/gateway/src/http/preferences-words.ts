import type { Channel, Purpose } from '@rapport/contracts';
import type { Wording } from '../domain/preference-form.js';
import type { Language } from './page.js';

/** Changes whenever a word of the page that a consent is given in changes. */
export const WORDING_VERSION = 'preference-centre-1';

interface Words {
  readonly title: string;
  readonly intro: string;
  readonly saved: string;
  readonly unchanged: string;
  readonly topics: string;
  readonly topicsHint: string;
  readonly pending: string;
  readonly channel: string;
  readonly anyChannel: string;
  readonly language: string;
  readonly anyLanguage: string;
  readonly timeZone: string;
  readonly anyTimeZone: string;
  readonly inferred: string;
  readonly quietHours: string;
  readonly quietHint: string;
  readonly from: string;
  readonly to: string;
  readonly save: string;
  readonly stop: string;
  readonly stopHint: string;
  readonly badTitle: string;
  readonly bad: string;
  readonly expired: string;
  readonly laterTitle: string;
  readonly later: string;
  readonly confirmTitle: string;
  readonly confirmAsk: string;
  readonly confirmButton: string;
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
      'Bạn quyết định chúng tôi được liên lạc với bạn về việc gì, qua kênh nào và vào lúc nào. Thông tin bắt buộc, như hóa đơn hoặc mật khẩu, luôn được gửi.',
    saved: 'Đã lưu. Thay đổi có hiệu lực ngay.',
    unchanged: 'Không có gì thay đổi.',
    topics: 'Bạn muốn nhận gì, qua kênh nào?',
    topicsHint: 'Đánh dấu những gì bạn đồng ý nhận.',
    pending: 'chờ xác nhận',
    channel: 'Kênh ưa thích',
    anyChannel: 'Không ưu tiên kênh nào',
    language: 'Ngôn ngữ',
    anyLanguage: 'Tự động',
    timeZone: 'Múi giờ',
    anyTimeZone: 'Tự động',
    inferred: 'hiện chúng tôi đoán là',
    quietHours: 'Giờ yên tĩnh',
    quietHint: 'Trong khoảng này chúng tôi không làm phiền bạn. Để trống cả hai ô nếu không cần.',
    from: 'Từ',
    to: 'Đến',
    save: 'Lưu thay đổi',
    stop: 'Ngừng tất cả',
    stopHint: 'Bạn sẽ chỉ còn nhận những thông tin bắt buộc.',
    badTitle: 'Liên kết không hợp lệ',
    bad: 'Liên kết này không đầy đủ hoặc đã bị thay đổi. Vui lòng mở lại liên kết trong thư.',
    expired: 'Liên kết này đã hết hạn. Vui lòng dùng liên kết trong một thư mới hơn.',
    laterTitle: 'Vui lòng thử lại',
    later: 'Yêu cầu của bạn chưa được ghi nhận. Vui lòng thử lại sau ít phút.',
    confirmTitle: 'Xác nhận đăng ký',
    confirmAsk: 'Bạn có đồng ý để chúng tôi gửi thư đến địa chỉ của bạn không?',
    confirmButton: 'Tôi xác nhận',
    confirmedTitle: 'Cảm ơn bạn đã xác nhận',
    confirmed: 'Đăng ký của bạn đã có hiệu lực. Bạn có thể hủy bất cứ lúc nào bằng liên kết trong mỗi thư.',
    allow: 'Tôi đồng ý nhận',
    refuse: 'Tôi không muốn nhận',
    everywhere: 'mọi kênh',
  },
  en: {
    title: 'How we may contact you',
    intro:
      'You decide what we may contact you about, where, and when. What you cannot do without, such as receipts and passwords, is always sent.',
    saved: 'Saved. The changes take effect at once.',
    unchanged: 'Nothing was changed.',
    topics: 'What would you like to receive, and where?',
    topicsHint: 'Tick what you agree to.',
    pending: 'to be confirmed',
    channel: 'Preferred channel',
    anyChannel: 'No preference',
    language: 'Language',
    anyLanguage: 'Automatic',
    timeZone: 'Time zone',
    anyTimeZone: 'Automatic',
    inferred: 'at present we assume',
    quietHours: 'Quiet hours',
    quietHint: 'We do not disturb you in these hours. Leave both empty if you need none.',
    from: 'From',
    to: 'To',
    save: 'Save changes',
    stop: 'Stop everything',
    stopHint: 'You will only receive what you cannot do without.',
    badTitle: 'This link does not work',
    bad: 'The link is incomplete or was changed. Please open it from the mail again.',
    expired: 'This link has expired. Please use the link in a newer mail.',
    laterTitle: 'Please try again',
    later: 'Your request could not be recorded. Please try again in a few minutes.',
    confirmTitle: 'Confirm your subscription',
    confirmAsk: 'Do you agree that we write to you at your address?',
    confirmButton: 'I confirm',
    confirmedTitle: 'Thank you for confirming',
    confirmed: 'Your subscription is active. You can end it at any time with the link in every mail.',
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

type Named = Partial<Record<Channel, string>>;
const SHARED: Named = { sms: 'SMS', whatsapp: 'WhatsApp', zalo: 'Zalo', messenger: 'Messenger', telegram: 'Telegram', fax: 'Fax' };
const CHANNEL_NAMES: Readonly<Record<Language, Named>> = {
  vi: {
    ...SHARED,
    email: 'E-mail',
    phone: 'Điện thoại',
    in_app: 'Trong ứng dụng',
    push: 'Thông báo đẩy',
    web_push: 'Thông báo trình duyệt',
    post: 'Thư bưu điện',
    forum: 'Diễn đàn',
    store: 'Cửa hàng',
  },
  en: {
    ...SHARED,
    email: 'E-mail',
    phone: 'Telephone',
    in_app: 'In the app',
    push: 'Push',
    web_push: 'Browser notification',
    post: 'Post',
    forum: 'Forum',
    store: 'Store',
  },
};
export const channelName = (channel: Channel, language: Language): string => CHANNEL_NAMES[language][channel] ?? channel;

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
