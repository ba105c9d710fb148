import type { Activity as ActivityType, BasketLine } from '../../schema/activity/activity.ts';
import type { Activity, ActivityDetails, Basketful } from '../../services/activity/activity.ts';

/** A row in the words of the graph: what belongs to its kind stands in the field of the kind. */
export function toActivity({ details, ...activity }: Activity): ActivityType {
  switch (activity.kind) {
    case 'visit':
      return { ...activity, visit: details as ActivityDetails['visit'] };
    case 'search':
      return { ...activity, search: details as ActivityDetails['search'] };
    case 'basket_change':
      return { ...activity, basketChange: { lines: toLines(details as Basketful) } };
    case 'till_purchase': {
      const { currency, totalMinor, receipt, lines } = details as ActivityDetails['till_purchase'];
      const total = { amountMinor: totalMinor, currency: currency! };
      return { ...activity, tillPurchase: { lines: toLines({ lines, currency }), total, receipt } };
    }
    case 'review':
      return { ...activity, review: details as ActivityDetails['review'] };
    case 'survey_answer':
      return { ...activity, surveyAnswer: details as ActivityDetails['survey_answer'] };
    case 'product_view':
    case 'store_visit':
      return activity;
  }
}

const toLines = ({ lines, currency }: Basketful): BasketLine[] =>
  lines.map(({ sku, quantity, unitPriceMinor }) => ({
    sku,
    quantity,
    unitPrice: unitPriceMinor === null ? null : { amountMinor: unitPriceMinor, currency: currency! },
  }));
