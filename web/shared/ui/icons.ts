import {
  ArrowDown, ArrowRight, ArrowUp, Bell, BookOpen, Bot, Calendar, Check, CheckCheck, ChevronDown, ChevronLeft, CircleAlert, CircleCheck, CircleDashed,
  ChevronRight, CircleX, Clock, Coffee, Copy, Download, Ellipsis, Eye, File, Flag, Gauge, GitBranch, Globe, Hand, History, Inbox, Info, Keyboard, ListChecks, ListFilter, Lock, LogOut, Merge, Monitor,
  Moon, PanelRight, Paperclip, Pause, Play, Plus, Reply, RotateCw, Route, Search, Send, Slash, SlidersHorizontal, Smartphone, Smile, Star, Sun, Tag, Ticket,
  TriangleAlert, Undo2, Upload, User, UserPlus, Users, Volume2, WifiOff, Workflow, X, Zap,
} from '@lucide/vue';

/** The icons of the design guide by their names there. */
export const ICONS = {
  'arrow-down': ArrowDown, 'arrow-right': ArrowRight, 'arrow-up': ArrowUp, bell: Bell, 'book-open': BookOpen, bot: Bot, calendar: Calendar, check: Check, 'check-check': CheckCheck,
  'chevron-down': ChevronDown, 'chevron-left': ChevronLeft, 'chevron-right': ChevronRight, 'circle-alert': CircleAlert, 'circle-check': CircleCheck,
  'circle-dashed': CircleDashed, 'circle-x': CircleX, clock: Clock, coffee: Coffee, copy: Copy, download: Download, ellipsis: Ellipsis,
  eye: Eye, file: File, flag: Flag, gauge: Gauge, 'git-branch': GitBranch, globe: Globe, hand: Hand, history: History, inbox: Inbox, info: Info, keyboard: Keyboard, 'list-checks': ListChecks, 'list-filter': ListFilter, lock: Lock, 'log-out': LogOut,
  merge: Merge, monitor: Monitor, moon: Moon, 'panel-right': PanelRight, paperclip: Paperclip, pause: Pause, play: Play, plus: Plus, reply: Reply, 'rotate-cw': RotateCw,
  route: Route, search: Search, send: Send, slash: Slash, settings: SlidersHorizontal, smartphone: Smartphone, smile: Smile, star: Star, sun: Sun, tag: Tag,
  ticket: Ticket, 'triangle-alert': TriangleAlert, 'undo-2': Undo2, upload: Upload, user: User, 'user-plus': UserPlus, users: Users, volume: Volume2,
  'wifi-off': WifiOff, workflow: Workflow, x: X, zap: Zap,
} as const;

export type IconName = keyof typeof ICONS;
