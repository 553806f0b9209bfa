import type { Agent, Appointment, Call, Doctor, Member, User } from '../api/types';

export function makeUser(given: Partial<User> = {}): User {
  return {
    id: '0198f000-0000-7000-8000-000000000001',
    email: 'meera@example.com',
    name: 'Meera Iyer',
    member_id: 1,
    role: 'owner',
    availability: 'available',
    client: {
      id: '0198f000-0000-7000-8000-00000000000a',
      name: 'Kavya Living',
      sector: 'ecommerce',
      zone: 'Asia/Kolkata',
      language: 'en-IN',
      is_demo: false,
    },
    ...given,
  };
}

export function makeMember(given: Partial<Member> = {}): Member {
  return {
    id: 2,
    team_id: 1,
    name: 'Aarav Menon',
    email: 'aarav@example.com',
    title: null,
    phone: null,
    role: 'agent',
    status: 'active',
    availability: 'available',
    takes_calls: true,
    open_limit: 3,
    joined_at: '2026-03-12T05:00:00Z',
    calls_total: 0,
    calls_this_week: 0,
    success_rate: null,
    avg_rating: null,
    avg_handling_time: null,
    performance_score: null,
    score: { provisional: true },
    agents: [],
    rev: 1,
    ...given,
  };
}

export function makeAgent(given: Partial<Agent> = {}): Agent {
  return {
    agent_id: 1,
    agent_type: 'order_status',
    name: 'Order status',
    sector: 'ecommerce',
    purpose: 'Tells a customer where an order is.',
    resolves: ['The caller knows where the order is.'],
    escalates: ['The caller asks for a person.'],
    intents: ['where_is_it'],
    expected_handling_time: 90,
    figures: { calls: 40, success_rate: 92.5, avg_handling_time: 88.2 },
    ...given,
  };
}

export function makeCall(given: Partial<Call> = {}): Call {
  return {
    id: '0198f000-0000-7000-8000-0000000000c1',
    carrier_call_id: 'c1',
    channel_id: 1,
    caller_number: '+91 98•• ••217',
    state: 'ended',
    owner_id: 2,
    rescuer_id: null,
    team_id: 1,
    entry_agent_id: 1,
    agent_id: 1,
    agent_type: 'order_status',
    outcome: 'resolved_by_agent',
    resolved: true,
    escalated: false,
    escalation_reason: null,
    implied: false,
    counted: true,
    started_at: '2026-11-23T06:00:00Z',
    answered_at: '2026-11-23T06:00:02Z',
    ended_at: '2026-11-23T06:01:32Z',
    ended_by: 'caller',
    handling_time_seconds: 90,
    agent_seconds: 90,
    member_seconds: 0,
    waiting_seconds: 0,
    customer_satisfaction: null,
    failure_reason: null,
    rev: 1,
    ...given,
  };
}

export function makeDoctor(given: Partial<Doctor> = {}): Doctor {
  return {
    id: 1,
    name: 'Doctor Kapoor',
    speciality: 'General physician',
    slot_minutes: 15,
    hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '13:00' })),
    is_active: true,
    rev: 1,
    ...given,
  };
}

export function makeAppointment(given: Partial<Appointment> = {}): Appointment {
  return {
    id: 1,
    doctor_id: 1,
    starts_at: '2026-12-01T03:45:00Z',
    patient_name: 'Ravi Kumar',
    caller_number: '+91 98•• ••217',
    state: 'booked',
    call_id: '0198f000-0000-7000-8000-0000000000c1',
    ...given,
  };
}
