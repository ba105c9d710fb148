/** Given names that are used for each other, a group a line; the first is the full one. */
const GROUPS = `
alexander alex xander sandy sasha aleksandr aleksander alec lex
alexandra alex sandra sasha lexi
abigail abby gail
albert al bert bertie
alfred alf alfie fred
amelia amy millie
andrew andy drew andre andreas
anthony tony ant
antonio tony toni
ann anne anna annie hannah
arthur art artie
barbara barb babs
benjamin ben benny benji
bernard bernie
bradley brad
catherine katherine kathryn kate katie kathy cathy kat katy
charles charlie chuck chas
charlotte charlie lottie
christian chris
christina chris tina christine chrissy
christopher chris topher kit
daniel dan danny
david dave davey
deborah deb debbie debra
dominic dom nick
donald don donny
dorothy dot dottie
edward ed eddie ted teddy ned
eleanor ellie nell nora
elizabeth liz beth lizzie betty eliza elisabeth lisa libby betsy elsa
emily em emmy
eugene gene
florence flo florrie
frances fran frankie
francis frank fran
frederick fred freddie freddy
gabriel gabe
george georgie
gerald gerry jerry
gregory greg
harold harry hal
harrison harry
heinrich heinz
helen nell nellie
henry harry hank
isabella bella izzy isabel isabelle
jacob jake
jacqueline jackie
james jim jimmy jamie
janet jan
jennifer jen jenny
jessica jess jessie
johann hans
johannes hans
john jack johnny jon
jonathan jon jonny
joseph joe joey
joshua josh
judith judy
kenneth ken kenny
kimberly kim
lawrence larry laurence
leonard leo len lenny
lillian lily lilly
louis lou louie
louise lou
lucas luke
madeline maddie maddy
margaret maggie peggy meg marge greta
maria mary marie
martha marty
matthew matt matty
maximilian max
michael mike mick mickey mikey
mohammed muhammad mohamed mohammad
natalie nat
nathan nate nat
nathaniel nate nathan nat
nicholas nick nicky nico
nicole nicky nikki
olivia liv livvy
oliver ollie olly
pamela pam
patricia pat patty tricia trish
patrick pat paddy
peter pete
philip phil phillip
rachel rach
raymond ray
rebecca becky becca
richard rick dick rich ricky
robert rob bob bobby robbie bert
roger rodge
ronald ron ronnie
samantha sam sammy
samuel sam sammy
sarah sally sara
sebastian seb
sophia sophie
stephanie steph
stephen steven steve stevie
susan sue susie suzanne
terence terry
teresa theresa terry tess
theodore theo ted
thomas tom tommy
timothy tim timmy
valerie val
victor vic
victoria vicky tori
vincent vince
walter walt wally
william will bill billy willie liam
zachary zach zack
`;

const groupsOf = new Map<string, number[]>();
for (const [group, line] of GROUPS.trim().split('\n').entries())
  for (const name of line.split(' ')) groupsOf.set(name, [...(groupsOf.get(name) ?? []), group]);

/** True for two folded given names that one person goes by: "bob" and "robert". "alex" is either of two, "bill" and "bella" are not one. */
export function areNicknames(a: string, b: string): boolean {
  const groups = groupsOf.get(a);
  return groups !== undefined && (groupsOf.get(b)?.some((group) => groups.includes(group)) ?? false);
}
