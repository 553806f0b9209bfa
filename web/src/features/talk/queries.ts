import { answer, api } from '../../api/client';

export const placeTalk = () => answer(api.POST('/api/talks'));
