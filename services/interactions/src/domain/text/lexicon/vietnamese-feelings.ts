import type { FeelingRow } from './row.js';

/** Vietnamese praise and blame; also the English words that are used within Vietnamese. Words without diacritics are found by these rows, too. */
// biome-ignore format: a table is read by its columns
export const VIETNAMESE_PRAISE: readonly FeelingRow[] = [
  // without reserve
  [4, 'không chê vào đâu được, không còn gì để chê, không có gì để chê, không có gì chê, không có điểm gì để chê, không gì bằng, không thể tốt hơn, không thể tuyệt hơn, không thể ngon hơn'],
  [4, 'không thể đẹp hơn, không thể chê, khỏi chê, miễn chê, hết chỗ chê, hết ý, số dách, đỉnh của chóp, trên cả tuyệt vời, hơn cả mong đợi, hơn mong đợi, ngoài mong đợi, vượt mong đợi, vượt ngoài mong đợi'],
  [3, 'tuyệt vời, tuyệt hảo, tuyệt cú mèo, tuyệt diệu, tuyệt đẹp, tuyệt, toẹt vời, tuyệt zời, xuất sắc, hoàn hảo, đỉnh, đỉnh cao, siêu phẩm, mỹ mãn, nhất quả đất, perfect, excellent, amazing, great, best, the best, wonderful, awesome'],
  [3, 'rất đáng tiền, quá đáng tiền, cực đáng tiền, đáng đồng tiền, đáng đồng tiền bát gạo, quá hời, ngon bổ rẻ, ngon rẻ, ngon bổ'],
  // good
  [2, 'tốt, chất lượng tốt, khá tốt, ổn định, ổn áp, đảm bảo, bảo đảm, uy tín, tin tưởng, tin cậy, đáng tin, chuẩn, chuẩn xác, chuẩn chỉnh, xịn, xịn sò, xịn xò, chất chơi, cực chất, good, nice, beautiful, hay ho'],
  [1, 'ok'],
  [1.5, 'hàng ok, sản phẩm ok, chất lượng ok, chất lượng sản phẩm ok, dùng ok, sử dụng ok, rất ok, quá ok, cũng ok, ok lắm, mọi thứ ok, đều ok, thì ok, ok so với, ok nha, nói chung ok, nói chung là ok, đẹp ok, vải ok, giày ok, pin ok, nhìn ok, hoạt động ok, ok phết, ok cả, ok hết'],
  [1.5, 'ổn, được lắm, được đó, được đấy, dùng được, dùng tốt, xài được, xài tốt, ưng, ưng ý, ưng bụng, vừa ý, vừa lòng, hợp lý, hợp lí, phải chăng, như ý, mãn nguyện, oách, ngon lành, ngon nghẻ, đạt yêu cầu'],
  [2.5, 'hài lòng, rất hài lòng, hài lòng lắm, thích, rất thích, thích lắm, mê, mê ly, mê mẩn, ghiền, nghiện, yêu, yêu thích, thương shop, yêu quá, tâm đắc, phấn khởi, sung sướng, hạnh phúc, ấn tượng, kết quá, kết lắm, love'],
  [2, 'vui, vui vẻ, vui mừng, vui lòng khách, tự hào, thú vị, hấp dẫn, lôi cuốn, bất ngờ quá, cảm động, xúc động, hữu ích, bổ ích, có ích, tiện dụng, tiện, đa năng, thông minh, sáng tạo, đáng xem, đáng đọc, nên thử'],
  [1, 'có tâm, giống hình, giống ảnh, giống mô tả, y hình, y chang, y như hình, như hình, đúng hình, đúng mẫu, đúng size, đúng màu, đúng hàng, đúng mô tả, đúng như mô tả, đúng như hình, đúng loại, đúng với mô tả, vừa vặn, vừa in, vừa khít, vừa người, vừa chân, mặc vừa, đi vừa'],
  [1, 'đầy đủ, đủ hàng, nguyên vẹn, nguyên seal, còn nguyên, chính hãng, hàng thật, auth, hàng auth, chính gốc, mới tinh, hàng mới, hạn dài, hạn sử dụng dài, date mới, date xa, hiện đại, sang trọng, sang chảnh, đẳng cấp, cao cấp, quý phái, lịch sự quá'],
  [2, 'hàng chất lượng, rất chất lượng, chất lượng lắm, chất lượng quá, và chất lượng, cực chất lượng, đẹp chất, rất hay, hay lắm, quá hay, hay quá, sách hay, truyện hay, nội dung hay, cực hay, khá hay, thật hay, hay thật, hay phết, hay nhé, nên mua, khuyên mọi người nên mua, khuyên mua'],
  [3, 'hết sảy, hết sẩy, vi diệu, tuyệt luôn, tuyệt lắm, đỉnh luôn, đỉnh lắm, quá đỉnh'],
  [1, 'mang được, mặc được, đi được, ăn được, cưng, cưng quá, dễ dàng, nổi bật, nhỉnh hơn, vượt trội, như quảng cáo, đúng như quảng cáo, hợp với, rất hợp, được luôn, cũng được, sp được, sản phẩm được, chất lượng được, hàng được, khá được, nhìn được, tốt hơn, cũng tạm được, phù hợp, vừa xinh, khá ok, độc đáo, đẹp đẽ, tặng, quà, bonus, hợp với giá tiền, phù hợp với giá tiền, tương xứng'],
  // looks
  [2, 'đẹp, xinh, xinh xắn, xinh xỉu, xinh xẻo, đáng yêu, lung linh, lộng lẫy, bắt mắt, sắc nét, rõ nét, sắc sảo, tinh tế, tinh xảo, thời trang, phong cách, cá tính, trẻ trung, năng động, sáng bóng, bóng đẹp, mịn đẹp, tươi tắn, trắng sáng, hợp dáng, tôn dáng, ngầu, xinh lung linh'],
  // stuff: how it feels, tastes, holds
  [1.5, 'chắc chắn, chắc tay, bền, bền đẹp, bền bỉ, cứng cáp, chắc nịch, dày dặn, dày đẹp, chất đẹp, mịn, mịn màng, mềm mại, mềm mịn, êm, êm ái, êm chân, êm ru, mát, mát mẻ, thoáng mát, thoáng, co giãn tốt, thoải mái, dễ chịu, sạch sẽ, gọn gàng, nhỏ gọn, gọn nhẹ, mượt, mượt mà, nhạy, trơn tru, thấm hút tốt'],
  [2, 'ngon, thơm, thơm ngon, giòn, giòn tan, giòn rụm, béo ngậy, đậm đà, vừa miệng, ngọt thanh, tươi ngon, tươi, bổ dưỡng, hiệu quả, công hiệu, có tác dụng, thơm lâu, thơm nhẹ, thơm phức, sạch da, sáng da, dễ uống, dễ ăn, dễ dùng, dễ sử dụng, dễ đọc, dễ hiểu, dễ lắp, dễ cài đặt'],
  // price
  [1.5, 'rẻ, rẻ đẹp, giá tốt, giá ok, giá hợp lý, giá mềm, hạt dẻ, hời, đáng tiền, xứng đáng, đáng giá, đáng mua, tiết kiệm, được giá, xứng với giá, đáng với giá, giá hạt dẻ, tiền nào của đó quá tốt, freeship, được tặng, tặng thêm, tặng kèm, có quà, khuyến mãi tốt'],
  // service
  [1.5, 'nhanh, nhanh chóng, giao nhanh, giao hàng nhanh, ship nhanh, nhanh gọn, nhanh lẹ, thần tốc, sớm hơn dự kiến, đúng hẹn, đúng hạn, đúng giờ, kịp thời, chuẩn giờ, đóng gói kỹ, đóng gói cẩn thận, gói kỹ, gói hàng kỹ, cẩn thận, kỹ càng, kỹ lưỡng, kỹ, kĩ, gói cẩn thận'],
  [2, 'nhiệt tình, tận tình, tận tâm, tâm lý, dễ thương, thân thiện, vui tính, niềm nở, lịch sự, chuyên nghiệp, chu đáo, lễ phép, tử tế, phục vụ tốt, tư vấn tốt, chăm sóc tốt, hỗ trợ tốt, hỗ trợ nhiệt tình, có trách nhiệm, làm ăn có tâm, đáng khen, trung thực, chân thật, thật thà, cho 5 sao'],
  [2, 'ủng hộ, sẽ ủng hộ, ủng hộ dài dài, ủng hộ shop, ủng hộ tiếp, tiếp tục ủng hộ, mua tiếp, sẽ mua lại, mua lại lần nữa, mua thêm, sẽ mua thêm, sẽ quay lại, quay lại shop, đặt tiếp, đặt thêm, mua ủng hộ, khách quen, mua lần 2, mua lần 3, mua lần thứ 2, mua lần thứ 3, giới thiệu cho bạn bè, giới thiệu bạn bè, nên mua nhé, hãy mua'],
  [1.5, 'chúc shop, mua may bán đắt, buôn may bán đắt, đắt khách, mua nhiều lần, đắt hàng, like shop, vote, recommend, highly recommend, fan, đáng để mua, đáng để thử, đáng thử, 10 điểm, mười điểm, điểm 10, chấm 10'],
  [2, '5 sao, năm sao, 5 star, full sao, năm *, 5 *'],
  // syllables that are ambiguous without their marks, in company that tells
  [2, 'rất bền, bền lắm, rất ổn, ổn lắm, khá ổn, cũng ổn, dùng ổn, rất rẻ, rẻ quá, quá rẻ, giá rẻ, khá rẻ, rất xịn, xịn lắm, rất mát, mát lắm, rất yêu, yêu shop, rất êm, êm lắm, rất mượt, rất tươi, rất tiện, tiện lắm, tiện lợi, rất vui, vui lắm, rất chất, rất nên mua'],
  // the absence of faults
  [1.5, 'không thua kém, không hề thua kém, không thua gì, không thua, không đáng kể, không có vấn đề gì, không vấn đề gì, không vấn đề, không bị lỗi, không lỗi, không sao, không hối hận, không phải lo, khỏi lo, yên tâm, an tâm, an toàn, không phí tiền, không thất vọng, không làm thất vọng, không uổng, không tì vết, không mùi, không hôi, không hắc, không phai màu, không phai, không rách'],
];

// biome-ignore format: a table is read by its columns
export const VIETNAMESE_BLAME: readonly FeelingRow[] = [
  // without reserve
  [-4, 'quá tệ, tệ hại, cực tệ, siêu tệ, tồi tệ, thậm tệ, kinh khủng, khủng khiếp, kinh tởm, ghê tởm, rác rưởi, như rác, đồ rác, không thể tệ hơn, không thể chấp nhận được, không thể chấp nhận, không chấp nhận được, không bao giờ mua, không bao giờ quay lại, cạch mặt, cạch shop, cạch, tẩy chay, lừa đảo, lừa gạt, bịp bợm'],
  [-3, 'tệ, tồi, thất vọng, bó tay, chán chả buồn nói, không đáng tiền, không đáng đồng tiền, không đáng một xu, phí tiền, tốn tiền, mất tiền, ném tiền, uổng tiền, tiếc tiền, hối hận, ân hận, sai lầm, vô trách nhiệm, vô tâm, mất dạy, vô học, khốn nạn, bố láo, láo toét, láo, thiếu trách nhiệm'],
  [-3, 'lừa, bị lừa, lừa dối, lừa người, lừa khách, gian dối, gian lận, dối trá, treo đầu dê, bán thịt chó, treo đầu dê bán thịt chó, một đằng, một nẻo, chém gió, ăn cướp, cướp, móc túi, chặt chém, hút máu, ăn chặn, quỵt, xù hàng, bùng, scam, fake, hàng fake, hàng giả, hàng nhái, nhái, đồ giả, hàng dỏm, dỏm, dởm, hàng dởm, hàng lởm, lởm'],
  // poor
  [-3, 'kém, rất kém, kém chất lượng, chất lượng kém, xấu, xấu xí, xấu hoắc, dở, dở tệ, dở ẹc, dở hơi, chán, chán đời, chán quá, chán phèo, chán lắm, nản, ngán, chả ra gì, không ra gì, chả ra sao, vớ vẩn, nhảm, nhảm nhí, xàm, vô dụng, vô bổ, vô ích, ẩu, cẩu thả, làm ăn kiểu, làm ăn chán, làm ăn như'],
  [-2.5, 'không ok, không ổn, chưa ổn, không được tốt, không tốt, không hài lòng, không ưng, không ưng ý, không thích, không đẹp, không như ý, không như mong đợi, không như mong muốn, không như kỳ vọng, không đạt, không đảm bảo, không xứng, không xứng đáng, không đáng, không nên mua, đừng mua, đừng nên mua, đừng ai mua, khuyên không nên, không đáng mua'],
  [-2, 'bad, terrible, worst, poor, đồ bỏ, vứt đi, vứt xó, vứt, bỏ xó, quăng, bỏ đi, hàng thải, phế phẩm, đồ đểu, đểu, rẻ tiền, rẻ rách, ôi thiu, hàng tồn, hàng cũ, hàng đã qua sử dụng, đồ cũ, hàng tàu, bình thường thôi, tạm bợ, sơ sài, qua loa, hời hợt, sơ xài'],
  [-2, 'lại giao, lại gửi, mà giao, mà gửi, mà lại giao, mà lại gửi, thì giao, thì gửi, nhưng giao, giao màu, gửi màu, giao size, gửi size, chỉ giao, chỉ gửi, giao có, gửi có, giao cái, giao toàn, giao cho có, chuyển màu, lại giao màu, mua xong, không như, không bằng, khác so với hình, khác so với, khác với, mùi khác, thua, thua xa, không phải hàng, kêu là, là sao, là sao vậy, là sao shop, kiểu gì, cái gì'],
  [-1, 'bé tí, bé tẹo, bé xíu, nhỏ xíu, nhỏ tí, nhỏ tẹo, mau hết, nhanh hết, nhanh hỏng, hàng tq, hàng trung quốc, trung quốc, lưu ý, chú ý, xem lại, coi lại, đền, đổi, đổi lại, đổi trả, bám bụi, khô khan, khô cứng, cứng nhắc, lồi, xẹp, nhìn giả, rộng thùng thình, dễ rách, dễ gãy, dễ vỡ, dễ hỏng, dễ đứt, đứt, trôi, trôi mất'],
  // feelings of the customer
  [-2.5, 'bực, bực mình, bực bội, bực tức, ức chế, tức, tức giận, tức mình, điên, điên tiết, nổi điên, khó chịu, phẫn nộ, giận, cáu, ghét, gớm, kinh, sợ, hoảng, hãi, lo lắng, lo ngại, ái ngại, phiền, phiền phức, phiền toái, rắc rối, mệt mỏi, mệt, bức xúc, nhức đầu, đau đầu, đau lòng'],
  [-2, 'buồn, buồn quá, buồn lắm, buồn ghê, tiếc, đáng tiếc, tiếc quá, thật tiếc, hụt hẫng, xót, khổ, khổ sở, thảm, thảm hại, thảm họa, huhu, hic, hix, haizz, haizzz, hazz, hajz, huhuhu, trời ơi, chịu thua, ngao ngán, mất hứng, hết hồn, mất cảm tình, mất niềm tin, mất lòng tin, mất uy tín, mất thời gian'],
  // service
  [-2, 'không như quảng cáo, thất bại, có vấn đề, vấn đề, trục trặc, chảnh, chảnh chọe, bị liệt, vô lý, vô duyên, khủng hoảng, ngang ngược, thô lỗ, mất công, làm biếng, lười, lười biếng, cục súc, hách dịch, hạch sách, không có tâm, bán hàng không có tâm, quá đáng, trấn lột, cổ lỗ, lỗi thời, lạc hậu, phức tạp, rườm rà'],
  [-1.5, 'chậm, giao hàng chậm, giao chậm, ship chậm, trễ, lâu, giao lâu, thiếu, dị ứng'],
  [-2, 'chậm trễ, trễ hẹn, lâu lắc, lề mề, dây dưa, delay, mãi không, mãi chưa, mãi mới, chờ mãi, đợi mãi, chờ dài cổ, dài cổ, chờ đợi, thái độ, thái độ lồi lõm, chợ búa, cộc lốc, gắt gỏng, khinh khách, coi thường, thiếu tôn trọng, thiếu chuyên nghiệp, lật lọng, hứa lèo, thất hứa, hứa hẹn'],
  [-2.5, 'sai, giao sai, gửi sai, sai hàng, sai mẫu, sai màu, sai size, nhầm, gửi nhầm, nhầm hàng, lộn, giao lộn, gửi lộn, lộn xộn, giao thiếu, gửi thiếu, thiếu hàng, thiếu sót, không đủ, không đúng, chả đúng, không giống, khác hẳn, khác xa, khác hình, khác với hình, khác mô tả, không đúng như, không khớp, không liên quan, không có hàng'],
  [-2, 'không trả lời, không thèm trả lời, không phản hồi, không liên lạc được, không gọi được, không nghe máy, không bắt máy, không giải quyết, không xử lý, im lặng, im re, im luôn, phớt lờ, làm ngơ, lơ khách, chặn, đùn đẩy, đổ lỗi, đổ thừa, thờ ơ, không hỗ trợ, không tư vấn, không cho đổi, không đổi trả, từ chối, trốn tránh'],
  [-2, 'trả hàng, trả lại hàng, trả lại, hoàn hàng, hoàn tiền, đòi tiền, bồi thường, khiếu nại, tố cáo, rút kinh nghiệm, chấn chỉnh, cần cải thiện, nên cải thiện, cảnh tỉnh, cẩn thận với, cẩn thận kẻo, phàn nàn, yêu cầu giải quyết'],
  // stuff: broken, spoiled
  [-2.5, 'hỏng, hư, hư hỏng, lỗi, bị lỗi, hàng lỗi, lỗi tùm lum, tùm lum, hỏng hóc, vỡ, bể, bể nát, nát, nát bét, nứt, gãy, cong, cong vênh, vênh, móp, méo, móp méo, bẹp, rách, rách nát, sứt, mẻ, trầy, xước, trầy xước, tróc, bong, bong tróc, bung, bung chỉ, sút chỉ, tuột, rơi ra, rớt ra, rụng, rỉ, rỉ sét, gỉ, mốc, ẩm mốc, rò rỉ, chảy nước'],
  [-1, 'bị'],
  [-2, 'bị mất, bị hở, hở, lệch, xù, xù lông, xô bông, sờn, nhăn, nhăn nheo, nhàu, nhàu nát, ố, ố vàng, ngả màu, phai màu, phai, lem, lem nhem, loang, loang lổ, mờ, nhoè, lem luốc, dơ, bẩn, dơ bẩn, dính bẩn, bám bẩn, hôi, hôi hám, hôi rình, thối, khai, khét, hắc, nồng nặc, có mùi, tanh, chua, đắng, thiu, hết hạn, quá hạn, cận date, hết date'],
  [-2, 'cháy, nổ, chập, chập điện, chập chờn, giật lag, giật, lag, đơ, treo máy, nóng máy, hao pin, tụt pin, hết pin, sập nguồn, mất nguồn, chết, chết máy, đứng máy, rè, nhiễu, ồn, ồn ào, kêu to, lỏng lẻo, lỏng, ọp ẹp, yếu, mong manh, mỏng manh, mỏng dính, mỏng tanh, kênh, không lên, không chạy, không hoạt động, không vào, không nhận, ngứa, rát, nổi mụn, nổi mẩn, kích ứng'],
  [-2.5, 'không dùng được, chẳng dùng được, chưa dùng được, không sử dụng được, không xài được, không dùng nổi, không ăn được, không ăn nổi, không mặc được, không mặc vừa, không vừa, không đi vừa, không đi được, không bật được, không mở được, không kết nối được, không sạc được, không lắp được, không tương thích, không hợp, không phù hợp, không hiệu quả, không có tác dụng, không có hiệu quả, không tác dụng'],
  [-2, 'nguy hiểm, độc hại, nguy cơ, hại, có hại, tác hại, mất an toàn, ảnh hưởng xấu, khó dùng, khó sử dụng, khó khăn, khó hiểu, khó đọc, khó ăn, khó uống, khó coi, khó xài, bất tiện, cực khổ, vất vả, nhạt nhẽo, nhạt, lạt, vô vị, nhàm, nhàm chán, tẻ nhạt, dai nhách, bở, vụn, nát vụn, rối, cọc cạch, hụt, xấu hổ, xui'],
  // price
  [-2, 'đắt, đắt đỏ, mắc, giá cao, giá trên trời, cắt cổ, quá đắt, tiền mất tật mang, mua đắt, mất giá, rớt giá, lỗ, phí tiền ship, ham rẻ, ham của rẻ, của rẻ là của ôi, tiền nào của nấy, tiền nào của đó'],
  // ratings and last words
  [-3, '1 sao, một sao, 2 sao, 0 sao, 1 star, không sao nào, 1 *, 2 *, 0 *, lần đầu cũng là lần cuối, lần cuối, lần đầu và cũng là lần cuối, không mua nữa, không mua lần sau, không dám mua, không mua lại, không ủng hộ, không ủng hộ nữa, không quay lại, từ nay không, xin chừa, chừa, né, tránh xa, nên tránh, không hẹn gặp lại, một đi không trở lại, ai dám mua'],
  // mild
  [-1, 'tạm được, tạm ổn, tạm chấp nhận, bình thường, hơi buồn, chưa tốt, chưa hài lòng, chưa ưng, chưa đẹp, chưa chuẩn, sao lại, tại sao, sao mà, không hiểu sao, không hiểu, chẳng hiểu, thế mà, vậy mà, mà không có, mỗi cái, không thấy đâu, chả thấy'],
  // syllables that are ambiguous without their marks, in company that tells
  [-2.5, 'rất tệ, tệ quá, tệ lắm, quá chán, rất chán, dùng chán, sử dụng chán, quá kém, sản phẩm kém, đóng gói kém, phục vụ kém, làm việc kém, pin kém, chất kém, rất dở, dở quá, quá dở, ăn dở, bị hỏng, hỏng rồi, hỏng hết, đã hỏng, là hỏng, bị hư, hư rồi, hư hết, đã hư, là hư, bị bể, bể rồi, bể hết, bị vỡ, vỡ rồi, vỡ hết, bị bẩn, bẩn quá, rất bẩn, bị nổ, bị móp'],
  [-2, 'rất yếu, yếu quá, quá yếu, pin yếu, rất đắt, đắt quá, mắc quá, quá mắc, rất lâu, lâu quá, quá lâu, bị lộn, giao nhầm, quá mỏng, mỏng quá, vải mỏng, rất ồn, ồn quá, hôi quá, rất hôi, mùi hôi, bị mờ, mờ quá, bị đơ, bị rè'],
  // swearing
  [-3, 'đm, dm, đcm, cặc, lồn, con c, rởm, hàng rởm, đkm, dkm, clgt, cc, vcl, vkl, éo, đéo, đếch, cứt, chó, con chó, như chó, như cứt, ngu, ngu dốt, óc chó, mẹ nó, chết tiệt, quái gì, mẹ kiếp, đồ khùng, khùng, rác'],
];
