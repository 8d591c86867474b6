/**
 * A small French-English table, shipped as an example so that attention between two languages has something to work with:
 * each French word stands at the place of an English one. It is a dictionary, not a translation, and no more than an example.
 */
const PAIRS = `
bonjour=hello salut=hi merci=thanks monde=world terre=earth ciel=sky soleil=sun lune=moon mer=sea eau=water feu=fire
le=the la=the les=the un=an une=an de=of du=of des=of et=and ou=or mais=but dans=in avec=with sans=without
est=is sont=are était=was sera=will suis=am je=me tu=you il=he elle=she nous=we vous=you ils=they elles=they
chat=cat chats=cats chien=dog chiens=dogs oiseau=bird cheval=horse souris=mouse poisson=fish
assis=sat dort=sleeping dormir=sleep mange=eats manger=eat boit=drinks boire=drink voit=sees vu=saw lit=reads parle=speaks
tapis=mat maison=house jardin=garden ville=city rue=street porte=door livre=book école=school ami=friend enfant=child
homme=man femme=woman père=father mère=mother roi=king reine=queen jour=day nuit=night hier=yesterday demain=tomorrow
grand=big grande=big petit=small petite=small rouge=red bleu=blue blanc=white noir=black bon=good beau=beautiful
pomme=apple vin=wine fromage=cheese café=coffee musique=music amour=love paix=peace guerre=war temps=time vie=life
`;

/** The English word that each French one stands for; both in lower case. */
export const bilingualExample: ReadonlyMap<string, string> = new Map(
  PAIRS.trim()
    .split(/\s+/)
    .map((pair) => {
      const [french, english] = pair.split('=');
      return [french, english] as const;
    }),
);
